package io.lakebeam.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Lets no time pass, and remembers how much should have. */
public final class TestingPause implements Pause {
  private final List<Duration> pauses = new ArrayList<>();

  @Override
  public void pause(Duration time) {
    pauses.add(time);
  }

  public List<Long> seconds() {
    return pauses.stream().map(Duration::toSeconds).toList();
  }
}
