"""The state machines, walked whole: what leads where, and what leads nowhere."""

import pytest

from earful.core.lifecycle import (
    CASE_MOVES,
    CATEGORY,
    DELIVERY_MOVES,
    CaseMove,
    CaseStatus,
    Category,
    DeedMove,
    DeedState,
    DeliveryMove,
    DeliveryState,
    MoveRefused,
    claimable,
    next_deed,
    next_delivery,
    next_status,
)

S, M = CaseStatus, CaseMove
D, V = DeliveryState, DeliveryMove
LIVE = [status for status in S if status is not S.CLOSED]


def reached(moves, start):
    """Every state that can be reached from `start`, itself among them."""
    found, edge = {start}, [start]
    while edge:
        state = edge.pop()
        new = {after for (before, _), after in moves.items() if before == state} - found
        found |= new
        edge += new
    return found


def leading_to(moves, state):
    """From where, and by what, `state` is entered anew."""
    return {(before, move) for (before, move), after in moves.items() if after == state and before != state}


def test_every_status_of_a_case_can_be_reached_from_new():
    assert reached(CASE_MOVES, S.NEW) == set(S)


def test_every_state_of_a_message_can_be_reached_from_a_draft():
    assert reached(DELIVERY_MOVES, D.DRAFT) == set(D)


@pytest.mark.parametrize(("kinds", "moves"), [(M, CASE_MOVES), (V, DELIVERY_MOVES)])
def test_every_kind_of_move_stands_in_its_table(kinds, moves):
    assert {move for _, move in moves} == set(kinds)


def test_every_status_has_a_category():
    assert set(CATEGORY) == set(S)
    assert set(CATEGORY.values()) == set(Category)


@pytest.mark.parametrize("status", S)
def test_from_every_status_a_case_can_become_closed(status):
    assert S.CLOSED in reached(CASE_MOVES, status)


def test_a_closed_case_is_only_reopened_or_answered():
    assert {move for before, move in CASE_MOVES if before is S.CLOSED} == {M.REOPENED, M.ANSWERED}
    assert next_status(S.CLOSED, M.ANSWERED) is S.CLOSED


def test_no_case_becomes_new_again():
    assert not leading_to(CASE_MOVES, S.NEW)


@pytest.mark.parametrize("status", LIVE)
def test_the_customers_word_never_leaves_a_case_waiting_for_the_customer(status):
    assert CATEGORY[next_status(status, M.CUSTOMER_WROTE)] is Category.OPEN


@pytest.mark.parametrize("status", [S.NEW, S.OPEN, S.WAITING, S.PAUSED])
def test_an_answer_leaves_an_unfinished_case_waiting(status):
    assert next_status(status, M.ANSWERED) is S.WAITING


def test_an_answer_after_the_end_opens_nothing():
    assert next_status(S.SOLVED, M.ANSWERED) is S.SOLVED


def test_only_a_paused_case_wakes():
    assert {before for before, move in CASE_MOVES if move is M.WOKEN} == {S.PAUSED}


@pytest.mark.parametrize("status", S)
def test_taking_a_case_never_ends_or_reopens_it(status):
    if (status, M.TAKEN) in CASE_MOVES:
        assert CATEGORY[next_status(status, M.TAKEN)] is CATEGORY[status]


def test_a_message_becomes_sent_only_while_sending_in_doubt_or_by_hand():
    assert leading_to(DELIVERY_MOVES, D.SENT) == {
        (D.SENDING, V.SENT),
        (D.UNSURE, V.SENT),
        (D.TRY_LATER, V.SENT),
        (D.BY_HAND, V.SENT),
    }


def test_a_message_is_sent_only_after_it_was_approved():
    without = {key: after for key, after in DELIVERY_MOVES.items() if D.APPROVED not in (key[0], after)}
    assert not reached(without, D.DRAFT) & {D.QUEUED, D.SENDING, D.SENT, D.CONFIRMED}


def test_sending_begins_only_with_a_claim():
    assert {move for _, move in leading_to(DELIVERY_MOVES, D.SENDING)} == {V.CLAIM}


def test_the_outbox_may_claim_what_is_queued_postponed_or_in_doubt():
    assert set(claimable()) == {D.QUEUED, D.TRY_LATER, D.UNSURE}


@pytest.mark.parametrize("state", [D.SENDING, D.UNSURE, D.SENT, D.CONFIRMED])
def test_what_may_be_out_cannot_be_edited(state):
    with pytest.raises(MoveRefused):
        next_delivery(state, V.EDIT)


def test_an_edited_message_needs_a_new_approval():
    assert {after for (_, move), after in DELIVERY_MOVES.items() if move is V.EDIT} == {D.DRAFT}


def test_from_doubt_there_is_no_way_back_that_does_not_look_first():
    assert {move for before, move in DELIVERY_MOVES if before is D.UNSURE} == {V.CLAIM, V.PART_SENT, V.SENT}


def test_what_was_confirmed_is_the_end():
    assert not [move for before, move in DELIVERY_MOVES if before is D.CONFIRMED]


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("move", M)
def test_a_case_moves_by_the_table_and_never_otherwise(status, move):
    if (status, move) in CASE_MOVES:
        assert next_status(status, move) is CASE_MOVES[status, move]
    else:
        with pytest.raises(MoveRefused, match=f"case that is {status.value}"):
            next_status(status, move)


@pytest.mark.parametrize("state", D)
@pytest.mark.parametrize("move", V)
def test_a_message_moves_by_the_table_and_never_otherwise(state, move):
    if (state, move) in DELIVERY_MOVES:
        assert next_delivery(state, move) is DELIVERY_MOVES[state, move]
    else:
        with pytest.raises(MoveRefused, match=f"message that is {state.value}"):
            next_delivery(state, move)


def test_a_deed_ends_as_done_or_refused_and_stays_so():
    assert next_deed(DeedState.QUEUED, DeedMove.DONE) is DeedState.DONE
    assert next_deed(DeedState.QUEUED, DeedMove.REFUSE) is DeedState.REFUSED
    for ended in (DeedState.DONE, DeedState.REFUSED):
        with pytest.raises(MoveRefused):
            next_deed(ended, DeedMove.DONE)
