import json
import sys

import openlit

openlit.init()  # it exports to OTEL_EXPORTER_OTLP_ENDPOINT by itself, the HTTP client's spans too
from openai import OpenAI  # noqa: E402  after the instrumentation
from opentelemetry import trace  # noqa: E402

client = OpenAI(max_retries=2)
tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}}
messages = [{"role": "user", "content": sys.argv[1]}]
try:
    while True:
        answer = client.chat.completions.create(model="gpt-5", messages=messages, tools=[tool]).choices[0].message
        if not answer.tool_calls:
            break
        messages.append(answer)
        for call in answer.tool_calls:
            with trace.get_tracer("program").start_as_current_span("execute_tool add") as span:
                span.set_attribute("gen_ai.operation.name", "execute_tool")
                span.set_attribute("gen_ai.tool.name", "add")
                numbers = json.loads(call.function.arguments)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": str(numbers["a"] + numbers["b"])})
finally:
    trace.get_tracer_provider().shutdown()
