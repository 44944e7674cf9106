"""The ledger is append-only for everybody: triggers refuse to change or remove a transfer."""

from django.db import migrations

SENTENCE = "the ledger is append-only; post a correcting transfer instead"

SQLITE = {
    operation: f"""
    CREATE TRIGGER ledger_refuses_{operation.lower()} BEFORE {operation} ON billing_transfer
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """
    for operation in ("UPDATE", "DELETE")
}

POSTGRESQL = f"""
CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER ledger_refuses_change BEFORE UPDATE OR DELETE ON billing_transfer
FOR EACH ROW EXECUTE FUNCTION refuse_change_of_ledger();
"""


def add_triggers(apps, schema_editor):
    statements = {"sqlite": SQLITE.values(), "postgresql": [POSTGRESQL]}[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove_triggers(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            for operation in SQLITE:
                cursor.execute(f"DROP TRIGGER ledger_refuses_{operation.lower()}")
        else:
            cursor.execute("DROP FUNCTION refuse_change_of_ledger() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunPython(add_triggers, remove_triggers)]
