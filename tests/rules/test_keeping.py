"""What people do to listening rules while readers work with them."""

import threading

from django.db import transaction

from building import NINA, at_once, brand, hear, next_id, said
from earful.rules import attributing, keeping
from earful.rules.attributing import Found
from earful.rules.models import ListeningRule, Match
from fishing import listening


def test_a_rule_can_be_deleted_while_a_reader_keeps_what_it_found(transactional_db: None) -> None:
    rule = listening("lumen")
    hear(brand(), said(NINA, "lumen a", versions=[next_id()]))
    match, forgot = Match.objects.get(), threading.Event()

    def read() -> None:
        with transaction.atomic():
            attributing.forget_reasons([match.post_id])
            forgot.set()
            # Long enough for the deletion to come as far as it can.
            threading.Event().wait(0.5)
            attributing.keep([(match.post_id, Found(rule.pk))])

    def remove() -> None:
        assert forgot.wait(10)
        keeping.remove(rule)

    assert at_once(read, remove) == [None, None]
    assert not ListeningRule.objects.exists()
    assert not Match.objects.exists()


def test_of_two_who_change_a_rule_at_once_the_second_is_told(transactional_db: None) -> None:
    rule = listening("lumen")
    seen = keeping.version(rule)

    def change(text: str) -> bool:
        mine = ListeningRule.objects.get(pk=rule.pk)
        mine.text = text
        try:
            keeping.keep(mine, seen=seen)
        except keeping.Overtaken as error:
            return error.rule.text == text
        return True

    assert sorted(at_once(lambda: change("lumen one"), lambda: change("lumen two"))) == [False, True]
