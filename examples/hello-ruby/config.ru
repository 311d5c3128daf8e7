# A web dyno: answers on $PORT, says where it runs, prints a line per request, and ends on SIGTERM.
dyno = ENV.fetch("DYNO", "local")
release = ENV.fetch("HEROKU_RELEASE_VERSION", "v0")
$stdout.sync = true
trap("TERM") { Process.kill("INT", Process.pid) }

run lambda { |env|
  puts "#{env["REQUEST_METHOD"]} #{env["PATH_INFO"]}"
  [200, { "Content-Type" => "text/plain" }, ["Hello from #{dyno}, release #{release}\n"]]
}
