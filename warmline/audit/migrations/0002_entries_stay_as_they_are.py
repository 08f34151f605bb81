"""The database itself refuses to change an entry. Deleting is noticed by the chain and its head."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'an entry of the record is never changed'); END
"""
POSTGRESQL = """
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an entry of the record is never changed'; END $$;
CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_stays()
"""


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(POSTGRESQL if vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER audit_entry_stays ON audit_entry")
        schema_editor.execute("DROP FUNCTION audit_entry_stays()")
    else:
        schema_editor.execute("DROP TRIGGER audit_entry_stays")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_the_record")]
    operations = [migrations.RunPython(add, remove)]
