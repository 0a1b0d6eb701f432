"""Prints each notification of identity that a consumer built on oslo.messaging gets from the broker of the URL given, a line of JSON each."""

import json
import sys
import time

import oslo_messaging
from oslo_config import cfg


class Endpoint:
    def info(self, context, publisher_id, event_type, payload, metadata):
        print(json.dumps({"publisher_id": publisher_id, "event_type": event_type, "payload": payload, "metadata": metadata}), flush=True)


transport = oslo_messaging.get_notification_transport(cfg.CONF, url=sys.argv[1])
target = oslo_messaging.Target(topic="notifications", exchange="keystone")
listener = oslo_messaging.get_notification_listener(transport, [target], [Endpoint()], executor="threading")
listener.start()
print("listening", file=sys.stderr, flush=True)
while True:
    time.sleep(60)
