import os
import sys

import telemetry

provider = telemetry.plain()
from openinference.instrumentation.haystack import HaystackInstrumentor  # noqa: E402

HaystackInstrumentor().instrument(tracer_provider=provider)
from haystack import Pipeline  # noqa: E402  after the instrumentation
from haystack.components.generators.chat import OpenAIChatGenerator  # noqa: E402
from haystack.dataclasses import ChatMessage  # noqa: E402

try:
    pipeline = Pipeline()
    pipeline.add_component("model", OpenAIChatGenerator(model="gpt-5", api_base_url=os.environ["OPENAI_BASE_URL"], max_retries=2))
    pipeline.run({"model": {"messages": [ChatMessage.from_user(sys.argv[1])]}})
finally:
    provider.shutdown()
