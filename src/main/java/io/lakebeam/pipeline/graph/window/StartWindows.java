package io.lakebeam.pipeline.graph.window;

import io.lakebeam.epoch.Closing;
import io.lakebeam.epoch.Decision;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.pipeline.graph.plan.Triggers;
import io.lakebeam.row.Packed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Looks which windows an epoch closes, once the table that they are of is committed. */
public final class StartWindows
    extends DoFn<KV<String, Iterable<String>>, KV<String, Packed<WindowPart>>> {
  private final LedgerPlace ledgerPlace;
  private final Payload<HashMap<String, CompiledWindows>> windows;

  public StartWindows(LedgerPlace ledgerPlace, Map<String, CompiledWindows> windows) {
    this.ledgerPlace = ledgerPlace;
    this.windows = Payload.of(new HashMap<>(windows));
  }

  @ProcessElement
  public void start(
      @Element KV<String, Iterable<String>> triggers,
      BoundedWindow epoch,
      OutputReceiver<KV<String, Packed<WindowPart>>> out) {
    String name = triggers.getKey();
    WindowTable table = new WindowTable(ledgerPlace.id(), windows.get().get(name));
    Optional<Closing> closing = table.closing(ledgerPlace.ledger(), Epochs.of(epoch));
    closing.ifPresent(
        each -> {
          // What is decided is carried out as it is: the rows it was made of may be gone.
          Optional<Decision> decided =
              table.decided(ledgerPlace.ledger(), ledgerPlace.lake(), Epochs.of(epoch), each);
          WindowPart started =
              new WindowPart.Started(
                  each,
                  Triggers.plannedAt(triggers.getValue()),
                  decided.isPresent() ? List.of() : table.files(each),
                  decided.isEmpty() && table.isNews(ledgerPlace.ledger(), Epochs.of(epoch), each),
                  decided.orElse(null));
          out.output(KV.of(name, Packed.of(started)));
        });
  }
}
