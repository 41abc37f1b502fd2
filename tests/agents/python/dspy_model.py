import os
import sys

import telemetry

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
provider = telemetry.plain()
from openinference.instrumentation.dspy import DSPyInstrumentor  # noqa: E402
from openinference.instrumentation.litellm import LiteLLMInstrumentor  # noqa: E402

# Its own spans tell no tokens; those of LiteLLM within them do.
DSPyInstrumentor().instrument(tracer_provider=provider)
LiteLLMInstrumentor().instrument(tracer_provider=provider)
import dspy  # noqa: E402  after the instrumentation

try:
    model = dspy.LM("openai/gpt-5", api_key="none", api_base=os.environ["OPENAI_BASE_URL"], temperature=1.0, max_tokens=16000, cache=False, num_retries=2)
    model(sys.argv[1])
finally:
    provider.shutdown()
