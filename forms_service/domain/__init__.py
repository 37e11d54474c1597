"""What may be decided about a submission, by whom, until when. Facts in, facts out: no store, clock, mail."""
