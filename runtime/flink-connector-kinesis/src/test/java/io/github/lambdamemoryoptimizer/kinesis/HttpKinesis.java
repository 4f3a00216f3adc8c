package io.github.lambdamemoryoptimizer.kinesis;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

/** A stand-in for Kinesis over HTTP, on a free loopback port. A test gives its answers as JSON. */
final class HttpKinesis implements AutoCloseable {
    static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/telemetry";
    private static final Duration LONG = Duration.ofMinutes(10);

    static {
        System.setProperty("aws.cborEnabled", "false");
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
    }

    record Answer(int status, String json) {}

    /** Stands for an answer that never comes. */
    static final Answer NONE = new Answer(0, "");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** @param answers maps an action, such as "ListShards", and the request's JSON to the answer. */
    HttpKinesis(BiFunction<String, String, Answer> answers) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            send(exchange, answers.apply(target.substring(target.indexOf('.') + 1), request));
        });
        server.start();
    }

    static Answer ok(String json) {
        return new Answer(200, json);
    }

    static Answer refused(String code, String message) {
        return new Answer(400, "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(code, message));
    }

    KinesisStream open() {
        return open(LONG, LONG);
    }

    KinesisStream open(Duration attemptTimeout, Duration callTimeout) {
        String endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
        return new StreamAddress(ARN, "us-east-1", endpoint, attemptTimeout, callTimeout, LONG).open();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void send(HttpExchange exchange, Answer answer) {
        try (exchange) {
            if (answer == NONE) {
                closing.await();
                return;
            }
            byte[] body = answer.json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
