-- What providers keep, by the team whose key had it made: with the grant, when it was made, and until when the provider may have it.
CREATE TABLE objects (
  provider   text   COLLATE "C" NOT NULL,
  id         text   COLLATE "C" NOT NULL,
  team       text   COLLATE "C" NOT NULL,
  grant_id   uuid,
  made_at    bigint NOT NULL,
  kept_until bigint NOT NULL,
  PRIMARY KEY (provider, id)
);

CREATE INDEX objects_until ON objects (kept_until);
