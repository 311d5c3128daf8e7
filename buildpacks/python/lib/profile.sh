# A dyno sources this before it runs its command.
export PYTHONUSERBASE="$HOME/.renga/python"
export PATH="$PYTHONUSERBASE/bin:$PATH"
export PYTHONUNBUFFERED="${PYTHONUNBUFFERED:-1}"
export LANG="${LANG:-C.UTF-8}"
export FORWARDED_ALLOW_IPS="${FORWARDED_ALLOW_IPS:-*}"
export GUNICORN_CMD_ARGS="${GUNICORN_CMD_ARGS:---access-logfile -}"
export WEB_CONCURRENCY="${WEB_CONCURRENCY:-2}"
