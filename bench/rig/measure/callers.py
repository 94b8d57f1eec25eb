"""What a caller speaks: its path, its request, and how its replies and streams are read."""
import dataclasses
import json
import typing

INSTRUCTIONS = "You are a concise assistant."
TEMPERATURE = 0.7
CAP = 256               # generated tokens


@dataclasses.dataclass(frozen=True)
class Caller:
    name: str
    path: str                       # appended to a target's url
    ask: typing.Callable            # (model, prompt, stream) -> the request
    tokens: typing.Callable         # reply or usage-bearing event -> input and output tokens together; None: it has no usage
    is_piece: typing.Callable       # event -> whether it carries a piece of the text
    end: str                        # what the data of a stream's last event begins with
    chunk_mark: str = ""            # for the load generator: what a piece's event begins with; empty: its stamp tells it

    def read_stream(self, body):
        """The events of a stream, and whether it ends as the protocol says."""
        data = [line[5:].strip() for line in body.decode().split("\n") if line.startswith("data:")]
        events = [json.loads(text) for text in data if text != "[DONE]"]
        return events, bool(data) and self.end in data[-1][:80]


def ask_chat(model, prompt, stream):
    request = {
        "model": model,
        "messages": [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": prompt}],
        "temperature": TEMPERATURE,
        "max_tokens": CAP,
    }
    return request | ({"stream": True, "stream_options": {"include_usage": True}} if stream else {})


def ask_responses(model, prompt, stream):
    request = {
        "model": model, "instructions": INSTRUCTIONS, "input": prompt, "temperature": TEMPERATURE, "max_output_tokens": CAP}
    return request | ({"stream": True} if stream else {})


def ask_messages(model, prompt, stream):
    request = {
        "model": model, "system": INSTRUCTIONS, "messages": [{"role": "user", "content": prompt}], "temperature": TEMPERATURE,
        "max_tokens": CAP}
    return request | ({"stream": True} if stream else {})


def total(usage):
    return usage and usage.get("input_tokens", 0) + usage.get("output_tokens", 0)


CHAT = Caller(
    "chat", "/chat/completions", ask_chat,
    tokens=lambda reply: reply.get("usage") and reply["usage"]["total_tokens"],
    is_piece=lambda event: any(choice["delta"].get("content") for choice in event["choices"]),
    end="[DONE]")

RESPONSES = Caller(
    "responses", "/responses", ask_responses,
    tokens=lambda reply: total(reply.get("response", reply).get("usage")),
    is_piece=lambda event: event["type"] == "response.output_text.delta",
    end='"type":"response.completed"',
    chunk_mark='"type":"response.output_text.delta"')

MESSAGES = Caller(
    "messages", "/messages", ask_messages,
    tokens=lambda reply: total(reply.get("usage")),
    is_piece=lambda event: event["type"] == "content_block_delta",
    end='"type":"message_stop"',
    chunk_mark='"type":"content_block_delta"')

ALL = {caller.name: caller for caller in (CHAT, RESPONSES, MESSAGES)}
