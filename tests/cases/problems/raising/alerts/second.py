"""Its mistakes are its own; what it cannot have from the first file is not told twice."""

from generator import P1, Alert

from .first import backend, frontend

backend_down = Alert("BackendDown", service=backend, level=P1, expr="up == 0")
frontend_down = Alert("FrontendDown", service=frontend, level=P1, expr="up == 0")
missing = Alert("Missing", service=frontend)
1 / 0
