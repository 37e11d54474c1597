"""What is kept."""

from django.db import models


class Deal(models.Model):
    """What a form said."""

    said = models.JSONField()
