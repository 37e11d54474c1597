"""Two people at once: one of them is told that somebody was faster, and nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from forms_service.domain.submissions.action_results import ChangedMeanwhile, Done, Outcome, Refusal, Refused
from forms_service.domain.submissions.workflow import Action
from tests.factories.services import APPROVAL, UseCases

ROUNDS = 25


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """All of them in the same moment, each in a thread of its own."""
    barrier = Barrier(len(calls))

    def go(call: Callable[[], Any]) -> Any:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(go, call) for call in calls]]


def test_one_approves_and_one_rejects(use_cases: UseCases) -> None:
    """Exactly one decision, one mail; the other one sees it."""
    for _ in range(ROUNDS):
        deal = use_cases.deal()

        def decide(action: Action, by: Any, reference: str = deal["id"], **details: Any) -> Outcome:
            return use_cases.decisions.act(reference, action, by, seen=1, details=details)

        outcomes = at_once(
            lambda decide=decide: decide(Action.APPROVE, use_cases.advisor, **APPROVAL),
            lambda decide=decide: decide(Action.REJECT, use_cases.second, reason="outside-offer"),
        )
        (done,) = [each for each in outcomes if isinstance(each, Done)]
        (late,) = [each for each in outcomes if isinstance(each, ChangedMeanwhile)]
        assert late.now == done.record == use_cases.stored(deal)
        assert len(done.record["history"]) == 2
        assert len(use_cases.mails(deal, "approved", "rejected")) == 1


def test_the_sender_corrects_while_somebody_takes_it(use_cases: UseCases) -> None:
    """Either the correction came first, and whoever takes it sees it; or it came too late."""
    for _ in range(ROUNDS):
        deal = use_cases.deal()
        said = {**deal["said"], "product": "Another"}
        corrected, taken = at_once(
            lambda deal=deal, said=said: use_cases.submissions.correct(
                deal["id"], said, program=use_cases.program
            ),
            lambda deal=deal: use_cases.decisions.act(deal["id"], Action.TAKE, use_cases.advisor, seen=1),
        )
        now = use_cases.stored(deal)
        if isinstance(corrected, Done):
            assert isinstance(taken, ChangedMeanwhile)
            assert taken.before["said"]["product"] == "Cloud audit"
            assert taken.now["said"]["product"] == now["said"]["product"] == "Another"
        else:
            assert corrected == Refused(Refusal.NOT_NOW)
            assert isinstance(taken, Done)
            assert now["said"]["product"] == "Cloud audit"


def test_two_deals_of_one_customer_approved_at_once(use_cases: UseCases) -> None:
    """The second is in conflict with an approval by then: it asks for a reason, whatever its page said."""
    for n in range(ROUNDS):
        name = f"Klient {'abcdefghijklmnopqrstuvwxyz'[n] * 5}"
        one = use_cases.deal(customer_name=name)
        two = use_cases.deal(customer_name=name, description="again")
        outcomes = at_once(
            *(
                lambda deal=deal, by=by: use_cases.decisions.act(
                    deal["id"], Action.APPROVE, by, seen=1, details=APPROVAL
                )
                for deal, by in ((one, use_cases.advisor), (two, use_cases.second))
            )
        )
        assert sum(isinstance(each, Done) for each in outcomes) == 1
        assert Refused(Refusal.REASON_FOR_CONFLICT, "despite_conflict") in outcomes


def test_the_same_form_sent_by_many_at_once_is_one(use_cases: UseCases) -> None:
    said = {**use_cases.deal()["said"], "customer_name": "At once"}
    records = at_once(
        *[
            lambda: use_cases.submissions.submit(
                "deal-registration", said, program=use_cases.program, language="pl"
            )
        ]
        * 8
    )
    assert len({record["id"] for record in records}) == 1
    assert len(use_cases.mails(records[0])) == 2


def test_pressed_twice_is_done_once(use_cases: UseCases) -> None:
    """The second answer says the same as the first: nobody was faster than themselves."""
    for action, details in (
        (Action.APPROVE, APPROVAL),
        (Action.APPROVE, APPROVAL | {"despite_conflict": "Not needed here"}),
        (Action.REJECT, {"reason": "outside-offer", "text": "Sorry"}),
        (Action.TAKE, {}),
    ):
        deal = use_cases.deal()

        def press(action: Action = action, details: Any = details, deal: Any = deal) -> Outcome:
            return use_cases.decisions.act(deal["id"], action, use_cases.advisor, seen=1, details=details)

        outcomes = at_once(press, press, press)
        assert [type(each) for each in outcomes] == [Done] * 3, action
        assert len(use_cases.stored(deal)["history"]) == 2
        use_cases.clock.forward(seconds=61)
        assert isinstance(press(), ChangedMeanwhile)


def test_the_same_press_with_another_content_or_by_somebody_else_is_none(use_cases: UseCases) -> None:
    deal = use_cases.deal()
    use_cases.approve(deal)
    for by, percent in ((use_cases.advisor, "9"), (use_cases.second, APPROVAL["percent"])):
        details = APPROVAL | {"percent": percent}
        outcome = use_cases.decisions.act(deal["id"], Action.APPROVE, by, seen=1, details=details)
        assert isinstance(outcome, ChangedMeanwhile)


def test_a_question_pressed_twice_is_asked_once_also_after_its_answer(use_cases: UseCases) -> None:
    deal = use_cases.do(use_cases.deal(), Action.TAKE)
    for _ in range(2):
        outcome = use_cases.decisions.act(
            deal["id"], Action.ASK, use_cases.advisor, seen=2, details={"text": "Which?"}
        )
        assert isinstance(outcome, Done)
        use_cases.submissions.answer(deal["id"], "This.", question=1, program=use_cases.program)
    assert len(use_cases.stored(deal)["questions"]) == 1
    assert len(use_cases.mails(deal, "question")) == 1


def test_a_note_pressed_twice_is_kept_once(use_cases: UseCases) -> None:
    """Also beside what others do; the same words later are meant."""
    deal = use_cases.deal()
    for text in (" Call them", "Call them ", "Another"):
        use_cases.do(deal, Action.NOTE, text=text)
    assert [note["text"] for note in use_cases.stored(deal)["notes"]] == ["Call them", "Another"]
    use_cases.clock.forward(seconds=61)
    use_cases.do(deal, Action.NOTE, text="Another")
    use_cases.do(deal, Action.NOTE, by=use_cases.second, text="Another")
    assert len(use_cases.stored(deal)["notes"]) == 4
