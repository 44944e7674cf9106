"""Published versions never change (a trigger says so), and the first synonyms."""

from django.db import migrations

SYNONYMS = [
    ("暂住证", "居住证"),
    ("驾照", "驾驶证"),
    ("违章", "违法处理 机动车"),
    ("开公司", "企业设立登记"),
    ("看病", "就医"),
    ("报销", "结算"),
    ("借书证", "读者证"),
    ("老年证", "老年人优待证"),
    ("老人", "老年人"),
    ("房产证", "不动产登记"),
    ("养老金认证", "养老保险待遇资格认证"),
    ("个税", "个人所得税"),
    ("丢了", "补领"),
    ("社保证明", "社会保险费缴纳证明"),
    ("社保卡", "社会保障卡"),
    ("医保", "医疗保险"),
    ("公租房", "公共租赁住房"),
    ("失业金", "失业保险金"),
    ("低保", "最低生活保障"),
    ("上小学", "义务教育入学"),
    ("租房合同", "房屋租赁登记备案"),
    ("租房备案", "房屋租赁登记备案"),
    ("residence card", "residence permit"),
    ("driving licence", "driver's licence"),
]

SQLITE = """
CREATE TRIGGER published_versions_never_change
BEFORE UPDATE OF document, sha256, version, interface_id ON catalogue_interfaceversion
WHEN OLD.state <> 'draft' AND (
    NEW.document IS NOT OLD.document OR NEW.sha256 IS NOT OLD.sha256
    OR NEW.version IS NOT OLD.version OR NEW.interface_id IS NOT OLD.interface_id
)
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END
"""

POSTGRESQL = """
CREATE FUNCTION refuse_change_of_published_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'check_violation'; END $$;
CREATE TRIGGER published_versions_never_change
BEFORE UPDATE OF document, sha256, version, interface_id ON catalogue_interfaceversion
FOR EACH ROW WHEN (OLD.state <> 'draft' AND (
    NEW.document IS DISTINCT FROM OLD.document OR NEW.sha256 <> OLD.sha256
    OR NEW.version <> OLD.version OR NEW.interface_id <> OLD.interface_id
)) EXECUTE FUNCTION refuse_change_of_published_version();
"""


def add_trigger(apps, schema_editor):
    statement = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement)


def remove_trigger(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER published_versions_never_change")
        else:
            cursor.execute("DROP FUNCTION refuse_change_of_published_version() CASCADE")


def add_synonyms(apps, schema_editor):
    Synonym = apps.get_model("catalogue", "Synonym")
    Synonym.objects.bulk_create(Synonym(word=word, means=means) for word, means in SYNONYMS)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [
        migrations.RunPython(add_trigger, remove_trigger),
        migrations.RunPython(add_synonyms, migrations.RunPython.noop),
    ]
