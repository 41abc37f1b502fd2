import os
import sys

from strands import Agent, tool
from strands.models.openai import OpenAIModel
from strands.telemetry import StrandsTelemetry

telemetry = StrandsTelemetry()
telemetry.setup_otlp_exporter()


@tool
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    model = OpenAIModel(client_args={"api_key": "none", "base_url": os.environ["OPENAI_BASE_URL"], "max_retries": 2}, model_id="gpt-5")
    Agent(model=model, tools=[add], callback_handler=None)(sys.argv[1])
finally:
    telemetry.tracer_provider.shutdown()
