"""What is to be done for a placed child, until when and by which rule: a pure function of the child's case and the rules.

`duties(case, rules)` asks no database and no calendar; `derive` reads the rows, asks it, and keeps `Due` in step;
`words` says why in Swedish. A new act is new rows in `placements/data/rules.csv`, never new code.
"""
