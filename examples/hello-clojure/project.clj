(defproject hello "1.0.0"
  :description "A web dyno"
  :min-lein-version "2.0.0"
  :dependencies [[org.clojure/clojure "1.11.1"]]
  :main ^:skip-aot hello.core
  :uberjar-name "hello-standalone.jar"
  :profiles {:uberjar {:aot :all}})
