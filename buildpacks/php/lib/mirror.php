<?php
// Gives every archive of a composer.lock (standard input) one more address, to be tried first, in Composer's own words for that.
$lock = json_decode(stream_get_contents(STDIN));
if (!is_object($lock)) {
    exit(1);
}
foreach (['packages', 'packages-dev'] as $part) {
    foreach ($lock->$part ?? [] as $package) {
        if (isset($package->dist) && $package->dist->type !== 'path') {
            $package->dist->mirrors = [['url' => $argv[1], 'preferred' => true]];
        }
    }
}
echo json_encode($lock, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES);
