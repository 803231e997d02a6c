#pragma once
// Many HTTP exchanges at once on one thread: libcurl's multi interface.
//
// Connections are shared and kept; over TLS, exchanges with one server share one HTTP/2 connection.
// Answers may be endless (watches): a Receiver is handed their bytes as they arrive, and may say
// "pause" until resume() is called, which holds the sender back and costs no memory here.

#include <memory>
#include <string_view>

#include "adapter/http_client/http_client.hpp"

namespace gp::http {

// Called on the network's thread: must be quick, must not block, may call anything of Network but
// send().
class Receiver {
 public:
  enum class Flow { Continue, Pause, Stop };

  virtual ~Receiver() = default;
  virtual void on_head(const ClientResponse& head) = 0;  // status and headers, once
  // Pause: these bytes were not taken and come again after resume().
  virtual Flow on_data(std::string_view bytes) = 0;
  // The last call. Success: the answer ended where the server says it does.
  virtual void on_end(Result<> outcome) = 0;
};

class Network {
 public:
  struct Options {
    std::size_t transfers_max = 2000;  // more are refused with ResourceExhausted
  };
  Network() : Network(Options()) {}
  explicit Network(Options options);
  ~Network();  // ends every exchange with Cancelled
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // As Client::send(), over the shared connections. Blocks its caller; a stop request ends it.
  Result<ClientResponse> send(const Context& context, ClientRequest request);

  // An exchange under way. Destroying it ends the exchange; its receiver may still be called once
  // or twice, which is why it is shared.
  class Transfer {
   public:
    virtual ~Transfer() = default;
    virtual void resume() = 0;
  };
  Result<std::unique_ptr<Transfer>> start(ClientRequest request,
                                          std::shared_ptr<Receiver> receiver);

  std::size_t transfers() const;  // under way

 private:
  struct Impl;
  class Handle;
  std::shared_ptr<Impl> impl_;
};

}  // namespace gp::http
