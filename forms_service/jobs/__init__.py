"""Jobs: what runs by the clock: reminders, summaries, deadline recounts, retention.

`Rounds.run_due(now)` does all that is due; `watch.Watch` has a thread call it. Whatever tells people
something is one batch with a mark of its own, so that nothing is told twice, whenever a process ends or a
clock jumps.
"""
