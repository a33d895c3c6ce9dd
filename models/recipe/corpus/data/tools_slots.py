"""Values that fill the slots of the tools."""

from .words import _c, _w

CUISINE = _c(
    "Italian, Chinese, Indian, Thai, Mexican, Greek, Turkish, French, Korean, Japanese, "
    "Vietnamese, Spanish, Lebanese, vegan, vegetarian, seafood, Ethiopian, Peruvian"
)
CCY = _w("USD EUR GBP JPY CHF CAD AUD CNY INR BRL MXN SEK NOK DKK PLN TRY ZAR KRW SGD NZD")
COND = _c("sunny, cloudy, rainy, windy, snowy, foggy, clear, partly cloudy, stormy")
AQI = _c("good, moderate, fine, poor")
AIRLINE = _c("Blue Wing, Sky Link, North Air, Sun Jet, Delta Bird, Air Verde, Polar Lines, Star Hop")
FSTATUS = _c("on time, delayed, boarding, landed, in the air")
PSTATUS = _c("on its way, delivered, delayed, packed, at the depot, out for delivery")
CALLSTAT = _c("ringing, connected, busy, starting")
TRAFFIC = _c("light, heavy, normal, slow")
HOTEL = _c(
    "Grand Hotel, Hotel Luna, River Inn, Park Hotel, Hotel Aurora, Sea View, Old Mill Inn, "
    "City Lodge, Hotel Miro, Garden House"
)
TICKER = _w("AAPL MSFT GOOG AMZN TSLA NVDA AMD INTC IBM META NFLX ORCL SAP ADBE CSCO QCOM XLNX TSM UBER SONY")
COIN = _c("bitcoin, ethereum, litecoin, dogecoin, solana, monero, cardano")
LANG = _c(
    "French, Spanish, German, Italian, Portuguese, Dutch, Swedish, Polish, Turkish, Greek, "
    "Arabic, Hindi, Japanese, Korean, Chinese, Russian, Finnish, Danish, Latin, Swahili"
)
PHRASE = _c(
    "good morning, thank you very much, where is the station, I love you, how are you, "
    "see you tomorrow, the cat is sleeping, I am hungry, what time is it, good night, "
    "my name is Anna, the book is on the table, happy birthday, please help me, "
    "I would like a coffee, how much does it cost, the weather is nice, welcome home, "
    "I am lost, the soup is hot, we are friends, water, the red house, good luck, "
    "open the window, I do not understand, one ticket please, the train is late, "
    "my dog is small, have a nice day"
)
FOREIGN = _c(
    "bonjour mes amis, guten Morgen, buenas noches, la casa es roja, ich habe Hunger, "
    "il gatto dorme, obrigado, tack, dzien dobry, merhaba, dank je wel, je suis ici, "
    "wo ist der Bahnhof, me gusta el pan, come stai, hoje faz sol, god natt, hyvaa paivaa"
)
DEFN = _c(
    "a thing that people use every day, something small and useful, a kind of plant, "
    "a very old object, something that you can eat, a part of a building, a happy feeling, "
    "a way to move, something bright"
)
QUERY_A = _c("cheap, best, old, new, small, famous, simple, fast, quiet, red, wooden, easy")
QUERY_B = _c(
    "bicycles, laptops, garden tools, bread recipes, FPGA boards, hiking trails, board games, "
    "winter shoes, train museums, guitar lessons, sea animals, houseplants, coffee machines, "
    "card tricks, sailing boats, castles, mushrooms, chess openings, steam engines, "
    "night trains, violin makers, bird songs, tents, lighthouses, paper planes, robots"
)
TOPIC = _c(
    "football, space travel, the election, robots, music, health, the economy, science, "
    "movies, climate, chess, cooking, energy, computers, gardening, history, trains, birds, "
    "school, the budget, sales, the new product, travel, art, FPGAs, chips, physics"
)
HEADLINE_A = _c(
    "New bridge, Small robot, Local school, Young team, Old library, City park, "
    "Big storm, Lost dog, New train, Tiny chip, Blue whale, Village bakery"
)
HEADLINE_B = _c(
    "opens after two years, wins first prize, surprises everyone, is back again, "
    "makes people happy, breaks a record, gets a new roof, starts in spring, "
    "needs more helpers, is found near the coast"
)
ROOM = _c(
    "kitchen, bedroom, living room, bathroom, hall, garage, office, dining room, attic, "
    "basement, nursery, study, hallway, guest room, balcony, cellar"
)
DOOR = _c("front door, back door, garage door, garden gate, cellar door, side door, balcony door, main gate")
GROCERY = _c(
    "milk, eggs, bread, butter, cheese, apples, rice, tea, coffee, sugar, salt, tomatoes, "
    "onions, pasta, flour, bananas, soap, honey, yogurt, carrots, lemons, potatoes, "
    "olive oil, paper towels, orange juice, oats, chicken, fish, beans, garlic"
)
DISH = _c(
    "pizza, tomato soup, pancakes, curry, lasagna, fried rice, apple pie, pasta, noodles, "
    "banana bread, tacos, vegetable stew, omelette, risotto, paella, dumplings, "
    "potato salad, rice pudding, burgers, cookies, ramen, chili, cake"
)
FOOD = _c(
    "apple, banana, bread, cheese, rice, pasta, chocolate, chicken, yogurt, salmon, avocado, "
    "carrot, pizza, honey, peanut butter, oatmeal, potato, mango, ice cream, tofu"
)
SPORT = _c(
    "running, swimming, yoga, cycling, rowing, boxing, tennis, walking, dancing, climbing, "
    "skiing, hiking, football, basketball, pilates, skating"
)
TASK_V = [
    "call {p}",
    "buy {g}",
    "water the plants",
    "pay the rent",
    "feed {q}",
    "walk the dog",
    "write to {p}",
    "clean the {r}",
    "pick up {p}",
    "take out the trash",
    "fix the bike",
    "book the tickets",
    "send the report",
    "wash the car",
    "read chapter {n}",
    "charge the phone",
    "do the laundry",
    "return the library book",
    "cook {d}",
    "bake a cake for {p}",
    "check the mail",
    "order {g}",
    "update the website",
    "test the new board",
    "paint the {r}",
    "visit {p}",
    "renew the passport",
    "prepare the slides",
    "practice the piano",
    "buy a gift for {p}",
]
MESSAGE_V = [
    "I will be late",
    "see you at {t}",
    "the meeting is at {t}",
    "happy birthday {p}",
    "dinner is ready",
    "I miss you",
    "call me back",
    "the package has arrived",
    "I am on my way",
    "please bring {g}",
    "thank you for the help",
    "the keys are in the {r}",
    "good luck today",
    "we need more {g}",
    "the train is late",
    "I found your hat",
    "let us meet in {c}",
    "the code is {n}",
    "{p} says hello",
    "I am at home",
    "do not forget the {g}",
    "room {n} is free",
    "the test was easy",
    "I finished the report",
    "lunch at {t} is fine",
    "see you in {c}",
    "I love this song",
    "the door is open",
    "the car is fixed",
    "we won the game",
    "can we talk tomorrow",
    "the answer is {n}",
    "the cat is in the {r}",
    "I will bring {g}",
]
SUBJECT = _c(
    "Meeting, Hello, Invoice, Party, Report, Lunch, Holiday plans, Question, Thanks, News, "
    "Project update, Weekly report, Your order, Travel plans, Team dinner, New prices, "
    "Budget, Test results, Welcome, Reminder"
)
EVENT = _c(
    "dinner, team lunch, dentist, piano lesson, book club, yoga class, birthday party, concert, "
    "staff meeting, chess night, movie night, job interview, garden party, swim class, "
    "parents evening, the jazz festival, the science fair, the opera, design review"
)
TITLE_A = _c(
    "Silver, Golden, Quiet, Last, Blue, Hidden, Long, Little, Broken, Red, Green, Lost, "
    "Secret, Winter, Summer, Distant, Paper, Glass, Iron, Velvet"
)
TITLE_B = _c(
    "River, Garden, Road, Storm, Castle, Train, Letter, Island, Moon, Door, Forest, Song, "
    "Tower, Bridge, Mirror, Harbor, Lantern, Planet, Shadow, Clock"
)
ARTIST = _c(
    "The Foxes, Blue Lanterns, Mira Stone, The Quiet Cats, Leo Hart, Paper Moon, Nina Vale, "
    "The Sparks, Old Harbor, DJ Comet, Rosa Lind, The Tin Birds"
)
PLNAME = _c("Morning, Party, Workout, Sleep, Focus, Road Trip, Rainy Day, Summer, Calm, Dinner, Study")
RESTAURANT = _c(
    "Bella Roma, The Blue Door, Luigi's, Golden Dragon, Taj Palace, Chez Marie, "
    "The Old Oak, Sakura, El Toro, Green Leaf, Harbor House, Café Nero, Olive Tree"
)
ROAD = _c(
    "Main Street, Route 66, the A1, Highway 101, Ring Road, the M25, Park Avenue, I-95, "
    "Lake Road, the A7, Bridge Street, Highway 9"
)
STREET = _c(
    "Oak Street, Main Street, Park Lane, Hill Road, Station Road, Rose Avenue, Lake Drive, "
    "Mill Lane, King Street, Church Road, Elm Street, Garden Way"
)
POI = _c(
    "the airport, the station, City Hall, the museum, the hospital, the zoo, the stadium, "
    "the harbor, the library, Hotel Luna, the university, Central Park"
)
PRODUCT = _c(
    "blue backpack, desk lamp, wireless mouse, coffee mug, wool scarf, phone case, "
    "water bottle, running watch, digital clock, wooden chair, USB cable, rain jacket, "
    "keyboard, camping tent, yoga mat, headset, bike helmet, kettle, notebook, parasol, "
    "screwdriver set, FPGA board, toaster, monitor, swivel chair, puzzle"
)
REASON = _c(
    "it is too expensive, I found a better one, it takes too long, I ordered the wrong size, "
    "I changed my mind, it is the wrong color, I moved to another city"
)
ISSUE = _c(
    "the printer does not work, login fails, the screen is black, the page is slow, "
    "email is down, the app crashes, no sound in the meeting room, the door card is broken, "
    "the backup failed, wrong price in the shop, the fan is loud, password reset is broken"
)
ACCOUNT = _c("savings, checking, travel, business, joint, student, holiday, main")
COUNTRY = _c(
    "France, Germany, Italy, Spain, Japan, China, India, Brazil, Canada, Mexico, Egypt, Kenya, "
    "Norway, Sweden, Poland, Greece, Turkey, Peru, Chile, Vietnam, Portugal, Ireland"
)
TEAM = _c(
    "Tigers, Lakers, Bulls, Eagles, Red Sox, Sharks, Wolves, Giants, Hawks, Rovers, Comets, "
    "Bears, Pirates, Rangers, Falcons, United"
)
ZONE = _c(
    "rose bed, front lawn, vegetable patch, greenhouse, herb garden, back lawn, balcony pots, "
    "tomato bed, orchard"
)
SENSOR = _c(
    "temp0, temp1, temp_cpu, humidity, light_a, pressure2, vcc, fan3, vibration, co2, "
    "adc0, adc5, motion, level_b"
)
SUNIT = _c("degrees, volts, percent, rpm, ppm, lux")
BOARD = _c("board1, board2, lab-a, artix1, zynq-3, ice40, dev-kit, rack7, node4, bench2, alpha, vu9p")
BITBASE = _c("top, attention, matmul, blinky, design, uart, llm, kvcache, test, demo, softmax, core")
HOST = _c("web1, web2, db1, mail, node7, cache3, alpha, build-server, gpu4, proxy, backup1, host12")
SERVICE = _c("nginx, redis, postgres, api, worker, cron, docker, sshd, queue, search, auth, inference")
TAG = _c("fun, travel, food, music, fpga, news, cats, science, art, sport, winter, code, photo")
SCENE = _c(
    "a red fox in the snow, a castle on a hill, a robot drinking tea, a small boat at sea, "
    "a cat on a roof, a city at night, a tree in a desert, two dragons, an old train, "
    "a garden full of flowers, a dog with a hat, a rocket over the moon, a quiet lake, "
    "a horse on the beach, a snowy village, a whale in the clouds"
)
FILEBASE = _c(
    "report, notes, data, main, readme, config, budget, letter, todo, log, test, plan, recipe, draft"
)
EXT = _w("txt pdf csv md json py c v log")
FOLDER = _c("docs, src, photos, music, downloads, projects, tmp, backup, home, rtl, build, data, reports")
SHELL = _c(
    "ls -l, pwd, whoami, date, uname -a, df -h, git status, make test, cat notes.txt, "
    "ps aux, echo hello, python3 main.py, git log, make clean, uptime, free -m, which gcc, hostname"
)
SHOUT = _c("ok, hello, 3 files, done, main, up 4 days, no changes, all tests passed, linux")
TABLE = _c("users, orders, products, books, cars, cities, logs, songs, tickets, rooms")
COL = _c("id, name, price, age, city, title, year, color")
CINEMA = _c("Rex Cinema, City Movies, Lumen, Star Cinema, Odeon Nova, The Old Screen")
BRAND = _c("Nova 2, Alto, Zenit, Basic One, Pluma, Orion, Terra X, Kiva, Mono, Fjord")
DOMAIN = _c("example.com, example.org, mail.com, test.net, acme.io, openmail.org, post.net, company.com")
SITE = _c("example.com, example.org, openfpga.org, news.net, wiki.org, blog.io, shop.com, docs.dev")
SLUG = _c("about, news, post, guide, faq, help, start, intro, prices, team, lesson, map, article")
UNITS = [
    ("kilometers", "miles"),
    ("miles", "kilometers"),
    ("meters", "feet"),
    ("feet", "meters"),
    ("kilograms", "pounds"),
    ("pounds", "kilograms"),
    ("grams", "ounces"),
    ("liters", "gallons"),
    ("celsius", "fahrenheit"),
    ("fahrenheit", "celsius"),
    ("inches", "centimeters"),
    ("centimeters", "inches"),
    ("hours", "minutes"),
    ("minutes", "seconds"),
    ("cups", "liters"),
    ("km", "miles"),
    ("kg", "pounds"),
    ("days", "hours"),
    ("yards", "meters"),
]

# fully synthetic tools
VERBS = _w(
    "get set add make find list open close start stop send move copy read write check load save "
    "update delete create fetch build scan sort merge split join mark count lock clear reset queue "
    "print track assign rename archive export import submit verify mix paint sell rent repair"
)
NOUNS = _w(
    "box item record order panel door robot card table report channel filter token frame pixel "
    "group batch sample engine layer packet module signal cable crate parcel label badge folder "
    "vector kernel buffer lamp pump valve motor ticket invoice job queue page layout menu list "
    "profile session schedule account garden recipe"
)
PARAMS_S = _w("name id label key code title owner source target place tag ref city user kind path")
PARAMS_I = _w("count size level amount index limit page speed year width depth port number rank")
PARAMS_N = _w("price weight ratio score factor rate length height")
PARAMS_B = _w("force active visible urgent public fast silent")
PARAMS_E = _w("mode type color status style format unit priority")
ENUMS = [
    ["low", "medium", "high"],
    ["red", "green", "blue"],
    ["small", "large"],
    ["on", "off"],
    ["fast", "slow"],
    ["json", "csv", "xml"],
    ["new", "used"],
    ["north", "south", "east", "west"],
    ["public", "private"],
    ["daily", "weekly", "monthly"],
    ["hot", "cold"],
    ["left", "right"],
]
ERRORS = _c(
    "not found, no connection, access denied, timeout, service is down, unknown name, "
    "the server is busy, not available"
)
