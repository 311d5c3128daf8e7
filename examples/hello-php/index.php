<?php
// A web dyno: says where it runs. The web server answers on $PORT, prints a line per request, and ends on SIGTERM.
require __DIR__ . '/vendor/autoload.php';

header('Content-Type: text/plain');
echo Hello\Greeting::from(getenv('DYNO') ?: 'local', getenv('HEROKU_RELEASE_VERSION') ?: 'v0'), "\n";
