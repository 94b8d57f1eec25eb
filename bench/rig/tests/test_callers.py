"""What callers of each protocol say, and how what they hear is judged. Run with: make test"""
import json
import unittest

from measure import callers, fallback, peers
from measure.targets import Target, from_text, stream_faults

CHAT_STREAM = """data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"#00000 t=1 "}}]}

data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: {"choices":[],"usage":{"prompt_tokens":24,"completion_tokens":1,"total_tokens":25}}

data: [DONE]

"""

RESPONSES_STREAM = """event: response.output_text.delta
data: {"type":"response.output_text.delta","sequence_number":4,"delta":"#00000 t=1 "}

event: response.output_text.done
data: {"type":"response.output_text.done","sequence_number":5,"text":"#00000 t=1 "}

event: response.completed
data: {"type":"response.completed","sequence_number":6,"response":{"usage":{"input_tokens":24,"output_tokens":1}}}

"""

MESSAGES_STREAM = """event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"#00000 t=1 "}}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":24,"output_tokens":1}}

event: message_stop
data: {"type":"message_stop"}

"""

STREAMS = {callers.CHAT: CHAT_STREAM, callers.RESPONSES: RESPONSES_STREAM, callers.MESSAGES: MESSAGES_STREAM}


class Answering(Target):
    """A target that streams what it was told."""

    def __init__(self, caller, stream):
        super().__init__("told", "http://127.0.0.1:1/v1", caller=caller)
        self.stream = stream

    def post(self, stream=False, timeout=10):
        return 200, self.stream.encode()


class CallerTests(unittest.TestCase):
    def test_a_stream_is_read_for_its_pieces_its_usage_and_its_end(self):
        for caller, stream in STREAMS.items():
            events, ended = caller.read_stream(stream.encode())

            self.assertEqual(sum(map(caller.is_piece, events)), 1, caller.name)
            self.assertEqual([count for count in map(caller.tokens, events) if count], [25], caller.name)
            self.assertTrue(ended, caller.name)

    def test_a_stream_that_ends_early_is_a_fault(self):
        for caller, stream in STREAMS.items():
            cut = stream.strip().rpartition("\n\n")[0]

            self.assertIn(f"no {caller.end} at the end", stream_faults(Answering(caller, cut)), caller.name)

    def test_pieces_that_are_missing_are_a_fault(self):
        for caller, stream in STREAMS.items():
            self.assertEqual(stream_faults(Answering(caller, stream)), ["stream had 1 pieces of text of 5"], caller.name)

    def test_the_load_generator_tells_a_piece_from_an_event_that_repeats_the_text(self):
        for caller, stream in STREAMS.items():
            data = [line for line in stream.split("\n") if line.startswith("data:") and " t=" in line]
            pieces = [line for line in data if caller.chunk_mark in line[:80]]

            self.assertEqual(len(pieces), 1, caller.name)

    def test_a_request_has_the_shape_of_its_protocol_and_goes_to_its_path(self):
        for caller, member in ((callers.CHAT, "messages"), (callers.RESPONSES, "input"), (callers.MESSAGES, "system")):
            target = Target("any", "http://127.0.0.1:1/v1", caller=caller)

            self.assertIn(member, json.loads(target.body(stream=True)))
            self.assertEqual(target.address, f"http://127.0.0.1:1/v1{caller.path}")

    def test_a_target_of_the_command_line_may_name_its_caller(self):
        self.assertIs(from_text(None, "name=gw;url=http://127.0.0.1:1/v1;caller=messages").caller, callers.MESSAGES)
        self.assertIs(from_text(None, "name=gw;url=http://127.0.0.1:1/v1").caller, callers.CHAT)
        with self.assertRaises(SystemExit):
            from_text(None, "name=gw;url=http://127.0.0.1:1/v1;caller=soap")


class FallbackTests(unittest.TestCase):
    def test_a_pin_is_tried_too_rarely_for_its_circuit_to_open(self):
        fallbacks_in_ten_seconds = fallback.RATE / 2 * 10

        self.assertLess(fallbacks_in_ten_seconds / fallback.PINS, 20)

    def test_both_kinds_of_request_are_made_in_turn(self):
        fallback_rate, fallback.RATE = fallback.RATE, 1e6
        self.addCleanup(setattr, fallback, "RATE", fallback_rate)
        made = []

        found = fallback.pairs(lambda name, calls: made.append(name) or int(calls), 3)

        self.assertEqual(found, [(1, 2)] * 3)
        self.assertEqual(made, ["fallback-00", "straight", "straight", "fallback-01", "fallback-02", "straight"])

    def test_the_refusing_provider_lists_every_model_that_a_channel_pins(self):
        text = fallback.refusing_provider(9)

        self.assertTrue(all(f"      {fallback.model(pin)}: " in text for pin in range(fallback.PINS)))
        self.assertIn("endpoint: http://127.0.0.1:9/v1", text)


class MetricTests(unittest.TestCase):
    def test_a_metric_is_summed_over_its_labels(self):
        gateway = peers.Causeway("causeway", 1)
        gateway.get = lambda path: b"# HELP size_bytes\nsize_bytes{generation=\"gen0\"} 1 5\nsize_bytes{generation=\"gen1\"} 2.5 5\nsize_bytes_total 9 5\n"

        self.assertEqual(gateway.metric("size_bytes"), 3.5)


if __name__ == "__main__":
    unittest.main()
