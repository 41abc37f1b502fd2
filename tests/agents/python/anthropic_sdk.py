import sys

import telemetry

provider = telemetry.plain()
from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor  # noqa: E402

AnthropicInstrumentor().instrument(tracer_provider=provider)
from anthropic import Anthropic  # noqa: E402  after the instrumentation

client = Anthropic(max_retries=2)
tool = {"name": "add", "description": "adds", "input_schema": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}
tracer = provider.get_tracer("program")
messages = [{"role": "user", "content": sys.argv[1]}]
try:
    while True:
        answer = client.messages.create(model="claude-sonnet-5", max_tokens=100, messages=messages, tools=[tool])
        if answer.stop_reason != "tool_use":
            break
        results = []
        for block in answer.content:
            if block.type != "tool_use":
                continue
            with tracer.start_as_current_span("execute_tool add") as span:
                span.set_attribute("gen_ai.operation.name", "execute_tool")
                span.set_attribute("gen_ai.tool.name", "add")
                span.set_attribute("gen_ai.tool.call.id", block.id)
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": str(block.input["a"] + block.input["b"])})
        messages += [{"role": "assistant", "content": answer.content}, {"role": "user", "content": results}]
finally:
    provider.shutdown()
