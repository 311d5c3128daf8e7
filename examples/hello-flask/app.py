"""A web dyno on Flask. It has no Procfile: the buildpack knows that gunicorn serves "app" of this file."""
import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return f"Hello from {os.environ.get('DYNO', 'local')}, release {os.environ.get('HEROKU_RELEASE_VERSION', 'v0')}\n"
