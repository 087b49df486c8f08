"""ListeningRule and what it found."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from earful.core.language.errors import RuleError
from earful.core.language.parser import parse
from earful.posts.models import Post


def well_formed(text: str) -> None:
    """Raises ValidationError, with the column and what to do, when `text` is no rule."""
    try:
        parse(text)
    except RuleError as error:
        raise ValidationError(str(error)) from error


class ListeningRule(models.Model):
    """A query in the rule language. Posts that match are heard even when nobody named us."""

    name = models.CharField(max_length=100)
    text = models.CharField(max_length=1024, validators=[well_formed])
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Match(models.Model):
    """A rule found a post."""

    rule = models.ForeignKey(ListeningRule, on_delete=models.CASCADE, related_name="matches", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="matches")

    class Meta:
        verbose_name_plural = "matches"
        constraints = [models.UniqueConstraint(fields=["rule", "post"], name="one_match_per_rule_and_post")]

    def __str__(self) -> str:
        return f"{self.rule} found {self.post}"
