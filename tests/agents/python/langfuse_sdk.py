import json
import sys

import telemetry

provider = telemetry.plain()
from langfuse import Langfuse, observe  # noqa: E402

# Its spans go to the provider, and so to OTEL_EXPORTER_OTLP_ENDPOINT; a server of its own is not there.
langfuse = Langfuse(public_key="pk-lf-none", secret_key="sk-lf-none", host="http://127.0.0.1:9", tracer_provider=provider, timeout=1)
from langfuse.openai import OpenAI  # noqa: E402

client = OpenAI(max_retries=2)
tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}}


@observe(as_type="tool")
def add(a: float, b: float) -> str:
    return str(a + b)


messages = [{"role": "user", "content": sys.argv[1]}]
try:
    while True:
        answer = client.chat.completions.create(model="gpt-5", messages=messages, tools=[tool]).choices[0].message
        if not answer.tool_calls:
            break
        messages.append(answer)
        for call in answer.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": add(**json.loads(call.function.arguments))})
finally:
    provider.force_flush()
