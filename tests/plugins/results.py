"""What `validate messages -o json` writes of one right message."""

SUMMARY = (
    '{"version":1,"type":"summary","messages":1,"faulty":0,"errors":0,"warnings":0,"infos":0,"skipped":0,"hidden":0,'
    '"devices":1,"moreDevices":false,"verdict":{"state":"healthy","statement":"1 message of 1 device: nothing is '
    'wrong.","link":null,"certainty":"sure","exitCode":0,"codes":[],"next":null},"groups":[]}\n'
)
