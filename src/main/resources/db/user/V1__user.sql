-- People who buy. An address belongs to one account, however its letters are written.
CREATE TABLE account (
    id            uuid        PRIMARY KEY,
    email         text        NOT NULL,
    name          text        NOT NULL,
    password_hash text        NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    admin         boolean     NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX account_email ON account (lower(email));
COMMENT ON COLUMN account.admin IS 'Whether an operator has made this person an administrator of the catalogue.';

-- All refresh tokens that follow from one login. It ends as a whole when a spent one of them is presented again.
CREATE TABLE token_family (
    id         uuid        PRIMARY KEY,
    account_id uuid        NOT NULL REFERENCES account,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
COMMENT ON COLUMN token_family.expires_at IS 'When its newest token expires.';

-- Only digests are kept: whoever reads this table can use none of them. A spent one stays, so that it is known again.
CREATE TABLE refresh_token (
    hash       bytea       PRIMARY KEY CHECK (length(hash) = 32),
    family_id  uuid        NOT NULL REFERENCES token_family ON DELETE CASCADE,
    expires_at timestamptz NOT NULL,
    spent_at   timestamptz
);
CREATE INDEX refresh_token_family ON refresh_token (family_id);

-- How often somebody has tried in vain to log in: to an account, whether or not there is one, and from an address. Digests, because
-- what people type into such a form is nobody's to read.
CREATE TABLE login_attempt (
    kind     text        NOT NULL CHECK (kind IN ('account', 'address')),
    subject  bytea       NOT NULL CHECK (length(subject) = 32),
    failures integer     NOT NULL CHECK (failures >= 0),
    last_at  timestamptz NOT NULL,
    next_at  timestamptz NOT NULL,
    PRIMARY KEY (kind, subject)
);
COMMENT ON COLUMN login_attempt.next_at IS 'Before this time no further attempt is made.';
