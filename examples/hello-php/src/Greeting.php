<?php

namespace Hello;

final class Greeting
{
    public static function from(string $dyno, string $release): string
    {
        return "Hello from $dyno, release $release";
    }
}
