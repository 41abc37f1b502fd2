import json
import os
import sys
import time

endpoint = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
os.environ |= {"OTEL_EXPORTER": "otlp_http", "OTEL_ENDPOINT": endpoint, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
import litellm  # noqa: E402
from opentelemetry import trace  # noqa: E402
from opentelemetry.instrumentation.httpx import HTTPX2ClientInstrumentor, HTTPXClientInstrumentor  # noqa: E402

litellm.callbacks = ["otel"]
HTTPXClientInstrumentor().instrument()
HTTPX2ClientInstrumentor().instrument()
tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}}
messages = [{"role": "user", "content": sys.argv[1]}]
try:
    while True:
        answer = litellm.completion(model="openai/gpt-5", messages=messages, tools=[tool], max_retries=2).choices[0].message
        if not answer.tool_calls:
            break
        messages.append(answer.model_dump())
        for call in answer.tool_calls:
            with trace.get_tracer("program").start_as_current_span("execute_tool add") as span:
                span.set_attribute("gen_ai.operation.name", "execute_tool")
                span.set_attribute("gen_ai.tool.name", "add")
                numbers = json.loads(call.function.arguments)
            messages.append({"role": "tool", "tool_call_id": call.id, "content": str(numbers["a"] + numbers["b"])})
finally:
    time.sleep(2)  # its callback runs on a thread of its own
    trace.get_tracer_provider().force_flush()
