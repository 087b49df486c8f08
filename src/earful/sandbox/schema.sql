-- The pretend X's whole memory. Ids are snowflakes, so an id tells when its row was made; no row stores a time beside it.

CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('brand', 'customer')),
    bio TEXT NOT NULL,
    followers INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    options TEXT NOT NULL
);

-- A developer app. The one that an account has of its own has the account's id.
CREATE TABLE IF NOT EXISTS apps (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    owner INTEGER NOT NULL REFERENCES accounts (id),
    client_id TEXT NOT NULL UNIQUE,
    client_secret TEXT NOT NULL,
    consumer_key TEXT NOT NULL UNIQUE,
    consumer_secret TEXT NOT NULL,
    bearer TEXT UNIQUE,
    callbacks TEXT NOT NULL,
    public INTEGER NOT NULL DEFAULT 0,
    level TEXT NOT NULL DEFAULT 'messages'
);

-- What an account allowed an app, a row each time a person said yes. `level` is OAuth 1.0a's, '' for OAuth 2.0.
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL REFERENCES apps (id),
    account INTEGER NOT NULL REFERENCES accounts (id),
    scopes TEXT NOT NULL,
    level TEXT NOT NULL DEFAULT '',
    ended INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS grants_by_account ON grants (account, app);

-- `expires` is in milliseconds since 1970, NULL for never; `secret` is OAuth 1.0a's.
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh', 'signed')),
    "grant" INTEGER NOT NULL REFERENCES grants (id),
    secret TEXT NOT NULL DEFAULT '',
    expires INTEGER,
    spent INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_grant ON tokens ("grant");

-- A code of OAuth 2.0, on its way from the page where somebody said yes to the app. `expires` as above.
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY,
    "grant" INTEGER NOT NULL REFERENCES grants (id),
    callback TEXT NOT NULL,
    challenge TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('S256', 'plain')),
    expires INTEGER NOT NULL,
    spent INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- A request token of OAuth 1.0a: `grant` and `verifier` come when somebody said yes.
CREATE TABLE IF NOT EXISTS request_tokens (
    token TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    app INTEGER NOT NULL REFERENCES apps (id),
    callback TEXT NOT NULL,
    level TEXT NOT NULL DEFAULT 'read',
    verifier TEXT NOT NULL DEFAULT '',
    "grant" INTEGER REFERENCES grants (id),
    expires INTEGER NOT NULL,
    spent INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- `first` is the id of the first version of an edited post (its own id otherwise); `superseded` marks older versions.
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES accounts (id),
    text TEXT NOT NULL,
    entities TEXT NOT NULL,
    lang TEXT NOT NULL,
    media TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    reply_to INTEGER,
    quote INTEGER,
    repost INTEGER,
    source TEXT NOT NULL,
    key TEXT UNIQUE,
    gone INTEGER NOT NULL DEFAULT 0,
    superseded INTEGER NOT NULL DEFAULT 0,
    facts TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS posts_by_author ON posts (author, id);
CREATE INDEX IF NOT EXISTS posts_by_conversation ON posts (conversation, id);
CREATE INDEX IF NOT EXISTS posts_by_first ON posts (first, id);
CREATE INDEX IF NOT EXISTS posts_by_reply ON posts (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_by_quote ON posts (quote) WHERE quote IS NOT NULL;
CREATE INDEX IF NOT EXISTS posts_by_repost ON posts (repost) WHERE repost IS NOT NULL;

-- `explicit` mentions stand in the text; the others are carried along by a reply without being written.
CREATE TABLE IF NOT EXISTS mentions (
    account INTEGER NOT NULL,
    post INTEGER NOT NULL,
    explicit INTEGER NOT NULL,
    PRIMARY KEY (account, post)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mentions_by_post ON mentions (post);

CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    sender INTEGER NOT NULL,
    text TEXT NOT NULL,
    key TEXT UNIQUE,
    kind TEXT NOT NULL DEFAULT 'MessageCreate',
    media INTEGER NOT NULL DEFAULT 0,
    people TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS messages_by_low ON messages (low, high, id);
CREATE INDEX IF NOT EXISTS messages_by_high ON messages (high, id);

-- A group's messages stand under its own id, as `low` and `high` both.
CREATE TABLE IF NOT EXISTS members (
    conversation INTEGER NOT NULL,
    account INTEGER NOT NULL,
    PRIMARY KEY (account, conversation)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_by_conversation ON members (conversation);

-- Messages that one of those who talk has deleted for themselves.
CREATE TABLE IF NOT EXISTS discarded (
    account INTEGER NOT NULL,
    message INTEGER NOT NULL,
    PRIMARY KEY (account, message)
) WITHOUT ROWID;

-- Only accounts out of the ordinary have a row; see `states.py`.
CREATE TABLE IF NOT EXISTS states (
    account INTEGER PRIMARY KEY,
    protected INTEGER NOT NULL,
    away TEXT NOT NULL CHECK (away IN ('', 'suspended', 'deactivated')),
    withheld TEXT NOT NULL,
    letters TEXT NOT NULL CHECK (letters IN ('open', 'answers', 'closed'))
);

CREATE TABLE IF NOT EXISTS ties (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target INTEGER NOT NULL,
    UNIQUE (source, kind, target)
);
CREATE INDEX IF NOT EXISTS ties_by_target ON ties (target, kind, id);

-- What befell accounts (`post` is 0) and their posts; an id is its time.
CREATE TABLE IF NOT EXISTS fates (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    account INTEGER NOT NULL,
    post INTEGER NOT NULL,
    more TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS fates_by_account ON fates (account, post, kind, id);

-- Compliance jobs; their ids and answers lie in a folder beside this one.
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tweets', 'users')),
    name TEXT NOT NULL,
    resumable INTEGER NOT NULL,
    inlet TEXT NOT NULL UNIQUE,
    outlet TEXT NOT NULL UNIQUE,
    uploaded REAL NOT NULL DEFAULT 0,
    takes REAL NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0
);

-- Files for posts and messages; the bytes lie in a folder beside this one. Times are in seconds since 1970.
CREATE TABLE IF NOT EXISTS uploads (
    id INTEGER PRIMARY KEY,
    owners TEXT NOT NULL,
    category TEXT NOT NULL,
    mime TEXT NOT NULL,
    total INTEGER NOT NULL,
    begun REAL NOT NULL,
    finished REAL NOT NULL DEFAULT 0,
    takes REAL NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    resource TEXT NOT NULL DEFAULT '',
    width INTEGER NOT NULL DEFAULT 0,
    height INTEGER NOT NULL DEFAULT 0,
    frames INTEGER NOT NULL DEFAULT 1,
    seconds REAL NOT NULL DEFAULT 0,
    alt TEXT NOT NULL DEFAULT '',
    used INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS rules (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    value TEXT NOT NULL,
    tag TEXT NOT NULL,
    UNIQUE (app, value)
);

-- What apps want to be told by the Activity API. `account` and `webhook` are 0 where there is none; `updated` in ms.
CREATE TABLE IF NOT EXISTS subscriptions (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account INTEGER NOT NULL,
    keyword TEXT NOT NULL,
    direction TEXT NOT NULL,
    tag TEXT NOT NULL,
    webhook INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    UNIQUE (app, kind, account, keyword)
);

-- What the Activity API told, for a day: `webhook` is 0 for what went to no webhook, `owed` what it is billed for.
CREATE TABLE IF NOT EXISTS told (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    webhook INTEGER NOT NULL,
    body TEXT NOT NULL,
    owed TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS told_by_app ON told (app, id);
CREATE INDEX IF NOT EXISTS told_by_webhook ON told (webhook, id);

CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    url TEXT NOT NULL,
    valid INTEGER NOT NULL,
    checked INTEGER NOT NULL,
    validated INTEGER NOT NULL,
    UNIQUE (app, url)
);

-- Streams held open, now and before; times as X writes them, `ended` is '' while one is open.
CREATE TABLE IF NOT EXISTS connections (
    id TEXT PRIMARY KEY,
    app INTEGER NOT NULL,
    endpoint TEXT NOT NULL,
    client_ip TEXT NOT NULL,
    began TEXT NOT NULL,
    ended TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS connections_by_app ON connections (app);

CREATE TABLE IF NOT EXISTS notebook (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- What was billed, in millionths of a dollar. `resource` is NULL for a request: NULLs differ, so only resources are
-- billed once a day. `at` is milliseconds since 1970, kept because an entry's number is no snowflake.
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    class TEXT NOT NULL,
    resource TEXT,
    price INTEGER NOT NULL,
    operation TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (app, day, kind, class, resource)
);

-- The same, added up as it is written, so that a total never reads every entry.
CREATE TABLE IF NOT EXISTS ledger_days (
    app INTEGER NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    class TEXT NOT NULL,
    operation TEXT NOT NULL,
    entries INTEGER NOT NULL,
    price INTEGER NOT NULL,
    PRIMARY KEY (app, day, kind, class, operation)
) WITHOUT ROWID;

-- An app's prepaid credit (NULL: without end) and how it is billed.
CREATE TABLE IF NOT EXISTS billing (
    app INTEGER PRIMARY KEY,
    balance INTEGER,
    terms TEXT NOT NULL
);
