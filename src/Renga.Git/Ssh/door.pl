#!/usr/bin/perl
# sshd runs this, as a user without any rights: door.pl SOCKET key TYPE BASE64 (is this key somebody's?) and door.pl SOCKET session FINGERPRINT (a command).
# It decides nothing. It hands over what it was given, then carries bytes between sshd and the platform until the platform says how it ended.
# To the platform: the words, each ended by a zero byte; then frames. Frames, both ways: a letter, four bytes of length, data.
#   i = input, z = no more input      o = output, e = error output, x = ended, with the status as one byte
# Whichever side goes away, the other sees the socket close.
use strict;
use warnings;
use IO::Socket::UNIX;

my ($path, $verb, @words) = @ARGV;
my $platform = IO::Socket::UNIX->new(Peer => $path) or stopped();
push @words, $ENV{SSH_ORIGINAL_COMMAND} // '', $ENV{GIT_PROTOCOL} // '' if $verb eq 'session';
put($platform, join '', map { "$_\0" } $verb, @words) or stopped();

# Both directions block on their own, so that neither can keep the other waiting.
my $feeder = $verb eq 'session' ? fork() // die "fork: $!\n" : 0;
if ($verb eq 'session' && !$feeder) {
    close STDOUT;
    while (my $read = sysread STDIN, my $data, 65536) {
        put($platform, 'i' . pack('N', $read) . $data) or exit;
    }
    put($platform, 'z' . pack('N', 0));
    exit;
}

my $status;
while (!defined $status) {
    # A pipe for writing is readable only when nobody is left to read it: the client has gone.
    my $wanted = '';
    vec($wanted, fileno $platform, 1) = 1;
    vec($wanted, fileno STDOUT, 1) = 1 if -p STDOUT;
    select my $ready = $wanted, undef, undef, undef;
    last if !vec($ready, fileno $platform, 1);
    my ($kind, $length) = unpack 'aN', take(5);
    my $data = take($length);
    if ($kind eq 'x') { $status = ord $data }
    elsif ($kind eq 'e') { put(\*STDERR, $data) }
    else { put(\*STDOUT, $data) or last }
}
kill 'KILL', $feeder if $feeder;
exit($status // 1);

sub take {
    my $wanted = shift;
    my $taken = '';
    while (length $taken < $wanted) {
        sysread($platform, $taken, $wanted - length $taken, length $taken) or stopped();
    }
    return $taken;
}

sub put {
    my ($to, $data) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $done = 0;
    while ($done < length $data) {
        $done += syswrite($to, $data, length($data) - $done, $done) // return 0;
    }
    return 1;
}

sub stopped {
    kill 'KILL', $feeder if $feeder;
    print STDERR " !     The platform stopped or is not running. Try again in a moment.\n";
    exit 1;
}
