package io.lakebeam.http;

import io.lakebeam.graph.Limits;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes the answers of servers that may be slow, broken or somebody else's. The JDK's own time
 * limit ends when the headers are there, and it takes a body of any size.
 */
public final class Answers {
  private Answers() {}

  /**
   * Sends a request and takes its whole answer, as text in UTF-8.
   *
   * @param request with a timeout, which counts from now to the last byte of the body
   * @throws HttpTimeoutException when the answer is not whole by then
   * @throws IOException when there is none, or it is longer than {@link Limits#ANSWER_BYTES}
   */
  public static HttpResponse<String> take(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    Duration within = request.timeout().orElseThrow();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, headers -> new BoundedText());
    try {
      return answer.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + within.toSeconds() + " s");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(e.getCause());
    } finally {
      // Of an answer that is there this does nothing; of another one it ends the connection.
      answer.cancel(true);
    }
  }

  /** Gives up once it is too long. */
  private static final class BoundedText implements BodySubscriber<String> {
    private final BodySubscriber<byte[]> bytes = BodySubscribers.ofByteArray();
    private Subscription subscription;
    private long left = Limits.ANSWER_BYTES;

    @Override
    public CompletionStage<String> getBody() {
      return bytes.getBody().thenApply(all -> new String(all, StandardCharsets.UTF_8));
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      bytes.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
      if (left < 0) {
        return;
      }
      left -= part.stream().mapToLong(ByteBuffer::remaining).sum();
      if (left < 0) {
        subscription.cancel();
        bytes.onError(
            new IOException("the answer is longer than " + Limits.ANSWER_BYTES + " bytes"));
      } else {
        bytes.onNext(part);
      }
    }

    @Override
    public void onError(Throwable thrown) {
      bytes.onError(thrown);
    }

    @Override
    public void onComplete() {
      if (left >= 0) {
        bytes.onComplete();
      }
    }
  }
}
