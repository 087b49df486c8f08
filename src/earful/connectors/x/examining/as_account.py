"""What can be learned with the account's own key: who it is, in which words X answers, what it may do and reach."""

from collections.abc import Mapping
from typing import Final

from earful.connectors.x.examining.told import Look, Told, as_whom, data, limit_of, listed, refused
from earful.connectors.x.linking import NEEDS
from earful.connectors.x.vocabulary import AS_USER
from earful.core.connector import Account, Request

KNOWN_VERSIONS: Final = (2.162, 2.167)
# The same small question in each of X's two sets of words.
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "tweet": {"tweet.fields": "created_at", "expansions": "pinned_tweet_id"},
    "post": {"post.fields": "created_at", "expansions": "pinned_post_id"},
}
_LONG: Final = {"Basic", "Premium", "PremiumPlus"}


def identity(account: Account) -> Look:
    """Whose key it is, by which version of the API, how long its posts may be."""
    fields = {"user.fields": "subscription_type,verified,verified_type,protected"}
    response = yield Request("GET", "/2/users/me", params=fields, token=AS_USER)
    if response.status != 200:
        return [refused(response, "Account")]
    me = data(response)
    told = Told("well", "Account", f"@{me.get('username')}, number {me.get('id')}, by {as_whom(account)}.")
    return [told, version(response.headers), _long(me), limit_of(response, "Limit of “who am I”"), _protected(me)]


def version(headers: Mapping[str, str]) -> Told:
    """The version of the API that answered, against those that this connector was written for."""
    said = headers.get("api-version", "")
    try:
        number = float(said)
    except ValueError:
        return Told("unknown", "Version of the API", "X told none.")
    words = f"{said}; this connector knows {KNOWN_VERSIONS[0]} to {KNOWN_VERSIONS[1]}."
    known = KNOWN_VERSIONS[0] <= number <= KNOWN_VERSIONS[1]
    return Told("well" if known else "unknown", "Version of the API", words)


def words(account: Account) -> Look:
    """Which of the two vocabularies X takes, and whether the channel is set to one of them."""
    takes = []
    for name, params in WORDS.items():
        response = yield Request("GET", "/2/users/me", params=params, token=AS_USER)
        if response.status == 200:
            takes.append(name)
        elif response.status != 400 or response.is_page:
            return [refused(response, "Vocabulary")]
    ours, said = str(account.settings.get("vocabulary", "tweet")), " and ".join(f"{name}.*" for name in takes)
    if ours in takes:
        return [Told("well", "Vocabulary", f"X takes {said}; the channel is set to {ours}.*.")]
    advice = f"The channel is set to {ours}.*: link it again with the other." if takes else "It takes neither."
    return [Told("DO", "Vocabulary", f"X takes {said or 'no words that we know'}. {advice}")]


def scopes(account: Account) -> Look:
    """What was granted against what each feature needs. Nothing is asked."""
    yield from ()
    if not account.scopes:
        how = "X tells them only when an account is linked in the browser."
        return [Told("unknown", "Scopes", f"Not told for this key ({as_whom(account)}). {how}")]
    return [
        Told("DO", need.does, f"Missing {' '.join(sorted(lacks))}: {need.without} Link again with more.")
        if (lacks := need.missing(account.scopes))
        else Told("well", need.does, "granted")
        for need in NEEDS
    ]


def mentions(account: Account) -> Look:
    """Whether mentions can be read, and how often."""
    response = yield Request("GET", f"/2/users/{account.id}/mentions", params={"max_results": "5"}, token=AS_USER)
    if response.status != 200:
        return [refused(response, "Mentions")]
    return [Told("well", "Mentions", "can be read"), limit_of(response, "Limit of reading mentions")]


def messages(account: Account) -> Look:
    """Whether private messages can be read. Encrypted chats are not among them."""
    response = yield Request("GET", "/2/dm_events", params={"max_results": "1"}, token=AS_USER)
    if response.status != 200:
        return [refused(response, "Private messages", "They would stay unread on X.")]
    read = (
        "can be read" if listed(response) else "can be asked for; none came in the last 30 days, or all are encrypted"
    )
    return [Told("well", "Private messages", f"{read}."), limit_of(response, "Limit of reading messages")]


def reach(about: str) -> Look:
    """Whether one account takes private messages from us."""
    params = {"user.fields": "receives_your_dm,connection_status"}
    response = yield Request("GET", f"/2/users/by/username/{about}", params=params, token=AS_USER)
    subject = f"Reach of @{about}"
    nobody = response.status == 404 or (response.status == 200 and not data(response))
    if nobody and not response.is_page:
        return [Told("DO", subject, "X knows no such account.")]
    if response.status != 200:
        return [refused(response, subject)]
    takes = data(response).get("receives_your_dm")
    if takes is None:
        return [Told("unknown", subject, "X did not tell whether they take messages from us.")]
    return [
        Told("well", subject, "takes private messages from us" if takes else "takes none from us: answer in public")
    ]


def _long(me: Mapping[str, object]) -> Told:
    kind = me.get("subscription_type")
    if kind is None:
        return Told("unknown", "Long posts", "X did not tell the account's subscription: reckon with 280 characters.")
    longer = "up to 25,000 characters; people see about 280 before they unfold it"
    return Told("well", "Long posts", f"Subscription {kind}: {longer if kind in _LONG else '280 characters'}.")


def _protected(me: Mapping[str, object]) -> Told:
    if me.get("protected"):
        return Told("DO", "Visibility", "The account is protected: customers cannot see its answers. Open it on X.")
    return Told("well", "Visibility", "The account's posts are public.")
