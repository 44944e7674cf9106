"""Seeds the working-day calendar with the public holidays and make-up days that the chinesecalendar package knows."""

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import migrations

FIRST_YEAR = 2024
CHINESE = {holiday.value: holiday.chinese for holiday in Holiday}


def seed(apps, schema_editor):
    """Add each day that differs from Monday-to-Friday; days that an operator entered stay."""
    calendar_day = apps.get_model("core", "CalendarDay")
    days = [
        calendar_day(date=day, is_working=is_working, name=CHINESE.get(name, name))
        for table, is_working in ((holidays, False), (workdays, True))
        for day, name in table.items()
        if day.year >= FIRST_YEAR and (day.weekday() < 5) != is_working
    ]
    calendar_day.objects.bulk_create(days, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
