"""The column that a sealed secret lies in, so that whoever changes the key finds every one of them."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models


class SealedField(models.TextField):  # type: ignore[type-arg]  # the stubs' parameters do not exist at run time
    """Text that `vault.seal` made. Nothing but such text may stand in it, and none may stand elsewhere."""


def sealed_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Every model that keeps sealed secrets, with the names of the columns that hold them."""
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if names:
            yield model, names
