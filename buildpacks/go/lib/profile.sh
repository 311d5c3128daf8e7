# A dyno sources this before it runs its command.
export PATH="$HOME/bin:$PATH"
