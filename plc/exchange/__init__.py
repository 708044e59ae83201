"""Programs to and from other systems: PLCopen XML (TC6 2.01), Structured Text and sequential function charts.

.st --parse--> trees --write--> project.xml --read--> texts, one file a unit --parse--> the same trees
"""
