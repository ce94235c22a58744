"""`python -m vinculo.project`: the management commands of Django, for those who build the platform."""

import os
import sys

from django.core import management

from vinculo.project.database import opening

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vinculo.project.settings")
    if sys.argv[1:2] != ["makemigrations"]:
        opening.open_store()
    management.execute_from_command_line(sys.argv)
