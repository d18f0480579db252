package io.lakebeam.deploy;

import static io.lakebeam.deploy.ApiRefusal.require;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Files API over one volume, in memory. */
final class TestingVolume {
  private final String volume;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> folders = new ArrayList<>();

  TestingVolume(String volume) {
    this.volume = volume;
    folders.add(volume);
  }

  Map<String, byte[]> files() {
    return files;
  }

  void answer(HttpExchange exchange, String path, byte[] body) throws IOException {
    String method = exchange.getRequestMethod();
    if (path.startsWith("/api/2.0/fs/directories/")) {
      require(method.equals("PUT") && body.length == 0, "directories take PUT without a body");
      String folder = path.substring("/api/2.0/fs/directories".length());
      if (!(folder + "/").startsWith(volume + "/")) {
        throw new ApiRefusal(404, "NOT_FOUND", "Volume does not exist");
      }
      for (String f = folder;
          f.length() > volume.length();
          f = f.substring(0, f.lastIndexOf('/'))) {
        folders.add(f);
      }
      exchange.sendResponseHeaders(204, -1);
      return;
    }
    String file = path.substring("/api/2.0/fs/files".length());
    if (method.equals("HEAD")) {
      byte[] content = files.get(file);
      if (content != null) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      }
      exchange.sendResponseHeaders(content == null ? 404 : 200, -1);
      return;
    }
    require(method.equals("PUT"), "files take PUT and HEAD");
    require(
        "application/octet-stream".equals(exchange.getRequestHeaders().getFirst("Content-Type")),
        "raw bytes are octets");
    if (!folders.contains(file.substring(0, file.lastIndexOf('/')))) {
      throw new ApiRefusal(404, "NOT_FOUND", "The parent directory does not exist");
    }
    if (files.containsKey(file) && !"overwrite=true".equals(exchange.getRequestURI().getQuery())) {
      throw new ApiRefusal(409, "ALREADY_EXISTS", "The file being created already exists.");
    }
    files.put(file, body);
    exchange.sendResponseHeaders(204, -1);
  }
}
