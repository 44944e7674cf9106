"""Addresses of the orders."""

from django.urls import path

from marketplace.orders.views import desk, editing, public

app_name = "orders"
urlpatterns = [
    path("", public.board, name="board"),
    path("desk/", desk.desk, name="desk"),
    path("desk/new/", desk.new_order, name="new_order"),
    path("desk/<str:code>/", desk.tasks, name="tasks"),
    path("desk/<str:code>/texts/", editing.texts, name="edit_texts"),
    path("desk/<str:code>/interfaces/", editing.interfaces, name="edit_interfaces"),
    path("desk/<str:code>/contract/", editing.contract, name="edit_contract"),
    path("desk/<str:code>/scenarios/", editing.scenarios, name="edit_scenarios"),
    path("desk/<str:code>/scenarios/<slug:scenario_code>/remove/", editing.remove_scenario, name="remove_scenario"),
    path("desk/<str:code>/thresholds/", editing.thresholds, name="edit_thresholds"),
    path("desk/<str:code>/terms/", editing.terms, name="edit_terms"),
    path("desk/<str:code>/amend/", desk.amend, name="amend"),
    path("desk/<str:code>/amend/<slug:part>/", desk.amend_tested, name="amend_tested"),
    path("desk/<str:code>/do/<slug:verb>/", desk.move, name="move"),
    path("desk/<str:code>/decide/<slug:verb>/", desk.move_with_reason, name="move_with_reason"),
    path("<str:code>/", public.order, name="order"),
    path("<str:code>/contract.json", public.contract, name="contract"),
    path("<str:code>/plan.json", public.plan, name="plan"),
    path("<str:code>/scenarios/<slug:scenario_code>.json", public.scenario, name="scenario"),
]
