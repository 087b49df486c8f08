"""Files: `uploads` keeps them, `measuring` says what they are, `categories` what X takes for which use.

`uploading` is the API's way in, `telling` its words about them, `attaching` the way onto posts and messages,
`fields` what answers tell of them, and `exhibits` what browsers get.
"""
