import json
import sys

import telemetry

provider = telemetry.start()
from openai import OpenAI  # noqa: E402  after the instrumentation

client = OpenAI(max_retries=2)
tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}}
tracer = provider.get_tracer("program")
messages = [{"role": "user", "content": sys.argv[1]}]
try:
    while True:
        answer = client.chat.completions.create(model="gpt-5", messages=messages, tools=[tool]).choices[0].message
        if not answer.tool_calls:
            break
        messages.append(answer)
        for call in answer.tool_calls:
            with tracer.start_as_current_span("execute_tool add") as span:
                span.set_attribute("gen_ai.operation.name", "execute_tool")
                span.set_attribute("gen_ai.tool.name", "add")
                span.set_attribute("gen_ai.tool.call.id", call.id)
                numbers = json.loads(call.function.arguments)
                result = str(numbers["a"] + numbers["b"])
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
finally:
    provider.shutdown()
