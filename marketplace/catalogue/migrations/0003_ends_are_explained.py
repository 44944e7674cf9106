"""How and why a version ends; SQLite rebuilds the table for it, so the trigger is made anew."""

from importlib import import_module

from django.db import migrations, models

rules = import_module("marketplace.catalogue.migrations.0002_rules_and_words")


def trigger_again(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS published_versions_never_change")
    rules.add_trigger(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0002_rules_and_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='interfaceversion',
            name='advice',
            field=models.CharField(blank=True, max_length=300, verbose_name='what to use instead'),
        ),
        migrations.AddField(
            model_name='interfaceversion',
            name='deprecated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='interfaceversion',
            name='end_reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='why it ended'),
        ),
        migrations.AddField(
            model_name='interfaceversion',
            name='retired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(trigger_again, trigger_again),
    ]
