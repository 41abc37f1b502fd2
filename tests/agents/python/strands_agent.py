import os
import sys

from opentelemetry.instrumentation.openai import OpenAIInstrumentor
from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry
from telemetry import tell_of_attempts

strands = StrandsTelemetry()
strands.setup_otlp_exporter()
# Its own spans tell no thoughts; those of the SDK within them do.
OpenAIInstrumentor().instrument(tracer_provider=strands.tracer_provider)
tell_of_attempts(strands.tracer_provider)


@tool
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    model = OpenAIModel(client_args={"api_key": "none", "base_url": os.environ["OPENAI_BASE_URL"], "max_retries": 2}, model_id="gpt-5")
    Agent(model=model, tools=[add], callback_handler=None)(sys.argv[1])
finally:
    strands.tracer_provider.shutdown()
