"""The gateway's tables as Django makes them, for tests that need no Django.

tests/contract compares these columns with a migrated database, so the two can't drift apart.
"""

SQLITE = """
CREATE TABLE people_person (id bigint PRIMARY KEY);
CREATE TABLE rooms_room (
  id bigint NOT NULL PRIMARY KEY, purpose varchar(20) NOT NULL, opened_at datetime NOT NULL,
  closed_at datetime NULL, epoch integer NOT NULL, last_seq integer NOT NULL,
  granted_ms bigint NULL);
CREATE TABLE rooms_seat (
  id bigint NOT NULL PRIMARY KEY,
  room_id bigint NOT NULL REFERENCES rooms_room (id) DEFERRABLE INITIALLY DEFERRED,
  number smallint NOT NULL, role varchar(20) NOT NULL, person_id bigint NOT NULL,
  taken_at datetime NOT NULL, revoked_at datetime NULL, left_at datetime NULL,
  CONSTRAINT seat_number_once UNIQUE (room_id, number));
CREATE TABLE rooms_message (
  room_id bigint NOT NULL REFERENCES rooms_room (id) DEFERRABLE INITIALLY DEFERRED,
  seq integer NOT NULL, seat smallint NOT NULL, epoch integer NOT NULL, cid BLOB NOT NULL,
  c BLOB NOT NULL, body BLOB NOT NULL, sent_ms bigint NOT NULL,
  CONSTRAINT message_stored_once UNIQUE (room_id, seat, cid), PRIMARY KEY (room_id, seq));
CREATE TABLE rooms_talkclock (
  room_id bigint NOT NULL PRIMARY KEY REFERENCES rooms_room (id) DEFERRABLE INITIALLY DEFERRED,
  used_ms bigint NOT NULL, running_since_ms bigint NULL, last_beat_ms bigint NULL);
"""

POSTGRES = (
    SQLITE.replace("datetime", "timestamp with time zone")
    .replace("BLOB", "bytea")
    .replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ")
)

TABLES = ("rooms_room", "rooms_seat", "rooms_message", "rooms_talkclock")
