"""Two people at once: one of them is told that somebody was faster, and nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from forms_service.domain.submissions.outcomes import Refusal, Refused
from forms_service.domain.submissions.workflow import Action
from forms_service.services.desk import ChangedMeanwhile, Done, Outcome
from tests.factories.services import APPROVAL, House

ROUNDS = 25


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """All of them in the same moment, each in a thread of its own."""
    barrier = Barrier(len(calls))

    def go(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(go, call) for call in calls]]


def test_one_approves_and_one_rejects(house: House) -> None:
    """Exactly one decision, one mail; the other one sees it."""
    for _ in range(ROUNDS):
        deal = house.deal()

        def decide(action: Action, by: Any, reference: str = deal["id"], **details: Any) -> Outcome:
            return house.desk.act(reference, action, by, seen=1, details=details)

        outcomes = at_once(
            lambda decide=decide: decide(Action.APPROVE, house.advisor, **APPROVAL),
            lambda decide=decide: decide(Action.REJECT, house.second, reason="outside-offer"),
        )
        (done,) = [each for each in outcomes if isinstance(each, Done)]
        (late,) = [each for each in outcomes if isinstance(each, ChangedMeanwhile)]
        assert late.now == done.record == house.stored(deal)
        assert len(done.record["history"]) == 2
        assert len(house.mails(deal, "approved", "rejected")) == 1


def test_the_sender_corrects_while_somebody_takes_it(house: House) -> None:
    """Either the correction came first, and whoever takes it sees it; or it came too late."""
    for _ in range(ROUNDS):
        deal = house.deal()
        said = {**deal["said"], "product": "Another"}
        corrected, taken = at_once(
            lambda deal=deal, said=said: house.submissions.correct(deal["id"], said, program=house.program),
            lambda deal=deal: house.desk.act(deal["id"], Action.TAKE, house.advisor, seen=1),
        )
        now = house.stored(deal)
        if isinstance(corrected, Done):
            assert isinstance(taken, ChangedMeanwhile)
            assert taken.before["said"]["product"] == "Cloud audit"
            assert taken.now["said"]["product"] == now["said"]["product"] == "Another"
        else:
            assert corrected == Refused(Refusal.NOT_NOW)
            assert isinstance(taken, Done)
            assert now["said"]["product"] == "Cloud audit"


def test_two_deals_of_one_customer_approved_at_once(house: House) -> None:
    """The second is in conflict with an approval by then: it asks for a reason, whatever its page said."""
    for n in range(ROUNDS):
        name = f"Klient {'abcdefghijklmnopqrstuvwxyz'[n] * 5}"
        one = house.deal(customer_name=name)
        two = house.deal(customer_name=name, description="again")
        outcomes = at_once(
            *(
                lambda deal=deal, by=by: house.desk.act(
                    deal["id"], Action.APPROVE, by, seen=1, details=APPROVAL
                )
                for deal, by in ((one, house.advisor), (two, house.second))
            )
        )
        assert sum(isinstance(each, Done) for each in outcomes) == 1
        assert Refused(Refusal.REASON_FOR_CONFLICT, "despite_conflict") in outcomes


def test_the_same_form_sent_by_many_at_once_is_one(house: House) -> None:
    said = {**house.deal()["said"], "customer_name": "At once"}
    records = at_once(
        *[lambda: house.submissions.submit("deal-registration", said, program=house.program, language="pl")]
        * 8
    )
    assert len({record["id"] for record in records}) == 1
    assert len(house.mails(records[0])) == 2


def test_pressed_twice_is_done_once(house: House) -> None:
    """The second answer says the same as the first: nobody was faster than themselves."""
    for action, details in (
        (Action.APPROVE, APPROVAL),
        (Action.APPROVE, APPROVAL | {"despite_conflict": "Not needed here"}),
        (Action.REJECT, {"reason": "outside-offer", "text": "Sorry"}),
        (Action.TAKE, {}),
    ):
        deal = house.deal()

        def press(action: Action = action, details: Any = details, deal: Any = deal) -> Outcome:
            return house.desk.act(deal["id"], action, house.advisor, seen=1, details=details)

        outcomes = at_once(press, press, press)
        assert [type(each) for each in outcomes] == [Done] * 3, action
        assert len(house.stored(deal)["history"]) == 2
        house.turn(seconds=61)
        assert isinstance(press(), ChangedMeanwhile)


def test_the_same_press_with_another_content_or_by_somebody_else_is_none(house: House) -> None:
    deal = house.deal()
    house.approve(deal)
    for by, percent in ((house.advisor, "9"), (house.second, APPROVAL["percent"])):
        details = APPROVAL | {"percent": percent}
        outcome = house.desk.act(deal["id"], Action.APPROVE, by, seen=1, details=details)
        assert isinstance(outcome, ChangedMeanwhile)


def test_a_question_pressed_twice_is_asked_once_also_after_its_answer(house: House) -> None:
    deal = house.do(house.deal(), Action.TAKE)
    for _ in range(2):
        outcome = house.desk.act(deal["id"], Action.ASK, house.advisor, seen=2, details={"text": "Which?"})
        assert isinstance(outcome, Done)
        house.submissions.answer(deal["id"], "This.", question=1, program=house.program)
    assert len(house.stored(deal)["questions"]) == 1
    assert len(house.mails(deal, "question")) == 1


def test_a_note_pressed_twice_is_kept_once(house: House) -> None:
    """Also beside what others do; the same words later are meant."""
    deal = house.deal()
    for text in (" Call them", "Call them ", "Another"):
        house.do(deal, Action.NOTE, text=text)
    assert [note["text"] for note in house.stored(deal)["notes"]] == ["Call them", "Another"]
    house.turn(seconds=61)
    house.do(deal, Action.NOTE, text="Another")
    house.do(deal, Action.NOTE, by=house.second, text="Another")
    assert len(house.stored(deal)["notes"]) == 4
