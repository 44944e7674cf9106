"""The one table of roles and what they may do."""

DEPARTMENT_ROLES = {
    "editor": frozenset(
        {"catalogue.view", "catalogue.edit", "orders.view", "orders.edit", "cases.view", "cases.decide"}
    ),
    "publisher": frozenset(
        {
            "catalogue.view",
            "catalogue.publish",
            "orders.view",
            "orders.publish",
            "questions.answer",
            "cases.view",
            "cases.decide",
            "followups.work",
            "statements.view",
            "statements.accept",
        }
    ),
    "auditor": frozenset({"catalogue.view", "orders.view", "cases.view", "statements.view", "audit.view"}),
}

VENDOR_ROLES = {
    "owner": frozenset(
        {
            "vendor.view",
            "vendor.manage",
            "apps.upload",
            "orders.claim",
            "questions.ask",
            "reviews.reply",
            "statements.view",
            "statements.confirm",
        }
    ),
    "developer": frozenset({"vendor.view", "apps.upload", "orders.claim", "questions.ask", "reviews.reply"}),
    "finance": frozenset({"vendor.view", "statements.view", "statements.confirm"}),
    "viewer": frozenset({"vendor.view"}),
}

PLATFORM_ROLES = {
    "operator": frozenset({"vendors.verify", "listings.decide", "listings.suspend", "sandbox.operate", "audit.view"}),
    "moderator": frozenset({"reviews.moderate", "cases.release"}),
    "finance_maker": frozenset(
        {"finance.view", "tariffs.edit", "settlements.make", "disputes.decide", "payments.make", "budgets.edit"}
    ),
    "finance_checker": frozenset({"finance.view", "tariffs.approve", "settlements.approve"}),
    "auditor": frozenset({"audit.view", "finance.view"}),
}
