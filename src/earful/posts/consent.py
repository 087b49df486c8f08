"""Whether the desk may learn from what it heard on a network. Nobody may without an administrator's word."""

from earful.people.models import Agent
from earful.people.permitting import administrators_only
from earful.posts.models import TrainingConsent


def may_train(network: str) -> bool:
    """Whether models may be trained on this network's posts: no, unless an administrator recorded that they may.

    Whatever learns from posts, and an export that is made for training, asks here before it reads one.
    """
    newest = newest_consent(network)
    return newest is not None and newest.granted


def newest_consent(network: str) -> TrainingConsent | None:
    """The decision in force; None where nobody decided."""
    return TrainingConsent.objects.filter(network=network).select_related("by").order_by("-at", "-pk").first()


def decide(network: str, *, granted: bool, grounds: str, by: Agent) -> TrainingConsent:
    """Record a decision; earlier ones stay on record. Raises NotYours for anybody who is no administrator, ValueError
    for a yes without grounds.
    """
    administrators_only(by, "allow training on a network's posts")
    if granted and not grounds.strip():
        raise ValueError("Say on what grounds it is allowed: the agreement with the network, or its answer to you.")
    return TrainingConsent.objects.create(network=network, granted=granted, grounds=grounds.strip(), by=by)
