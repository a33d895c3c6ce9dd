"""Units, colours, calendar, single questions, lists and texts about the future of AI."""

# small unit plural | big unit singular | number in words/digits
UNITS = r"""
seconds | a minute | 60
minutes | an hour | 60
hours | a day | 24
days | a week | 7
months | a year | 12
weeks | a year | about 52
days | a year | 365
days | a leap year | 366
years | a decade | 10
years | a century | 100
years | a millennium | 1,000
seconds | an hour | 3,600
minutes | a day | 1,440
hours | a week | 168
milliseconds | a second | 1,000
microseconds | a second | one million
nanoseconds | a second | one billion
millimeters | a centimeter | 10
centimeters | a meter | 100
millimeters | a meter | 1,000
meters | a kilometer | 1,000
inches | a foot | 12
feet | a yard | 3
feet | a mile | 5,280
centimeters | an inch | 2.54
grams | a kilogram | 1,000
milligrams | a gram | 1,000
kilograms | a metric ton | 1,000
ounces | a pound | 16
milliliters | a liter | 1,000
cups | a pint | 2
pints | a quart | 2
quarts | a gallon | 4
bits | a byte | 8
bytes | a kilobyte | 1,000
bytes | a kibibyte | 1,024
kilobytes | a megabyte | 1,000
megabytes | a gigabyte | 1,000
gigabytes | a terabyte | 1,000
bits | a nibble | 4
degrees | a right angle | 90
degrees | a full circle | 360
cents | a dollar | 100
cents | a euro | 100
pence | a pound | 100
items | a dozen | 12
hertz | a kilohertz | 1,000
hertz | a megahertz | one million
hertz | a gigahertz | one billion
watts | a kilowatt | 1,000
seasons | a year | 4
quarters | a year | 4
"""
# colour | colour | result
MIX = r"""
blue | yellow | green
red | yellow | orange
red | blue | purple
red | white | pink
black | white | gray
blue | white | light blue
red | green | brown
blue | orange | brown
yellow | purple | brown
green | white | light green
black | red | dark red
yellow | green | yellow-green
"""
# questions with [a|b] alternatives = short answer = one more sentence
QA = r"""
What [color|colour] is the sky?; [Which|What] [color|colour] does the sky have on a clear day? = On a clear day the sky is blue. = Air scatters blue light more than red light.
Why is the sky blue? = The sky is blue because air scatters blue light more than red light. = That is why the sunset can look red.
What [color|colour] is grass? = Grass is usually green. = The green comes from chlorophyll.
What [color|colour] is snow? = Snow looks white. = It reflects all colors of light.
What [color|colour] is a banana? = A ripe banana is yellow. = Before that it is green.
What are the primary [colors|colours]?; Name the primary [colors|colours] of paint. = The primary colors of paint are red, yellow, and blue. = Other colors can be mixed from them.
What are the primary [colors|colours] of light?; Which [colors|colours] of light does a screen use? = The primary colors of light are red, green, and blue. = Screens mix them to show all other colors.
What are the [colors|colours] of the rainbow?; Which [colors|colours] are in a rainbow? = The colors of the rainbow are red, orange, yellow, green, blue, indigo, and violet. = Red is on the outside of the arc.
How many [colors|colours] are in a rainbow?; How many [colors|colours] does a rainbow have? = A rainbow is usually said to have seven colors. = They go from red to violet.
How many legs does a spider have? = A spider has eight legs. = Insects have only six.
How many legs does an insect have?; How many legs does an ant have? = It has six legs. = All insects have six legs.
How many legs does a dog have?; How many legs does a cat have? = It has four legs. = Each of them ends in a paw.
How many arms does an octopus have? = An octopus has eight arms. = It also has three hearts.
How many hearts does an octopus have? = An octopus has three hearts. = Two of them pump blood through the gills.
How many wings does a bird have? = A bird has two wings. = Some birds, such as penguins, cannot fly.
How many sides does a triangle have? = A triangle has three sides. = It also has three corners.
How many sides does a square have? = A square has four sides. = They are all equally long.
How many sides does a pentagon have? = A pentagon has five sides. = It also has five corners.
How many sides does a hexagon have? = A hexagon has six sides. = Honeycomb cells are hexagons.
How many sides does an octagon have? = An octagon has eight sides. = Many stop signs are octagons.
How many faces does a cube have? = A cube has six faces. = Each face is a square.
How many planets are [in the solar system|there in our solar system]? = There are eight planets in the solar system. = They are Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, and Neptune.
How many continents are there? = There are seven continents in the usual count. = They are Africa, Antarctica, Asia, Australia, Europe, North America, and South America.
How many oceans are there? = There are five oceans in the usual count. = They are the Pacific, Atlantic, Indian, Southern, and Arctic oceans.
How many letters are in the English alphabet?; How many letters does the English alphabet have? = The English alphabet has 26 letters. = Five of them, a, e, i, o, and u, are vowels.
What are the vowels?; Which letters are vowels in English? = The vowels are a, e, i, o, and u. = The letter y can also act as a vowel.
How many bones does an adult have?; How many bones are in the human body? = An adult human has 206 bones. = Babies have more because some bones grow together later.
How many teeth does an adult have? = An adult usually has up to 32 teeth. = Children have 20 milk teeth.
How many fingers does a person have? = A person usually has ten fingers, counting the thumbs. = Five are on each hand.
How many senses do [people|humans] have?; What are the five senses? = The five classic senses are sight, hearing, smell, taste, and touch. = We also feel balance and temperature.
What is the largest planet?; Which planet is the largest? = Jupiter is the largest planet in the solar system. = It is made mostly of gas.
What is the smallest planet?; Which planet is the smallest? = Mercury is the smallest planet in the solar system. = It is also the closest to the Sun.
Which planet is closest to the Sun?; What planet is nearest to the Sun? = Mercury is the closest planet to the Sun. = It needs about 88 days for one orbit.
Which planet is the farthest from the Sun? = Neptune is the farthest planet from the Sun. = It needs about 165 years for one orbit.
Which planet is called the Red Planet?; What is the Red Planet? = Mars is called the Red Planet. = Rust in its soil gives it the color.
Which planet is famous for its rings?; Which planet has the brightest rings? = Saturn is famous for its bright rings. = They are made of ice and rock.
Which planet is the hottest?; What is the hottest planet? = Venus is the hottest planet. = Its thick air traps heat.
What is the [tallest|highest] mountain in the world? = Mount Everest is the highest mountain above sea level. = It is about 8,849 meters high.
What is the largest ocean?; Which ocean is the largest? = The Pacific Ocean is the largest ocean. = It is also the deepest.
What is the largest continent?; Which continent is the largest? = Asia is the largest continent. = It also has the most people.
What is the smallest continent?; Which continent is the smallest? = Australia is the smallest continent. = It lies between the Indian and Pacific oceans.
What is the largest country in the world?; Which country is the largest? = Russia is the largest country by area. = It lies in both Europe and Asia.
What is the smallest country in the world?; Which country is the smallest? = Vatican City is the smallest country in the world. = It lies inside Rome.
What is the largest animal?; Which animal is the biggest? = The blue whale is the largest animal. = It can be about 30 meters long.
What is the largest land animal? = The African elephant is the largest land animal. = Adult bulls can weigh about six tons.
What is the tallest animal?; Which animal is the tallest? = The giraffe is the tallest animal. = It can be more than five meters tall.
What is the fastest land animal?; Which animal runs the fastest? = The cheetah is the fastest land animal. = It can run about 100 kilometers per hour for a short time.
What is the largest bird?; Which bird is the largest? = The ostrich is the largest bird. = It cannot fly but runs very fast.
Which animal gives us wool? = Sheep give us wool. = The wool is cut once or twice a year.
Which animal makes honey?; Who makes honey? = Bees make honey. = They make it from the nectar of flowers.
What do plants need to grow? = Plants need light, water, air, and nutrients to grow. = They make sugar from light, water, and carbon dioxide.
At what temperature does water freeze?; When does water freeze? = Water freezes at 0 degrees Celsius, which is 32 degrees Fahrenheit. = Ice is lighter than water, so it floats.
At what temperature does water boil?; When does water boil? = At sea level water boils at 100 degrees Celsius, which is 212 degrees Fahrenheit. = In high mountains it boils at a lower temperature.
What is water made of?; What is the chemical formula of water? = Water is made of hydrogen and oxygen, and its formula is H2O. = Each molecule has two hydrogen atoms and one oxygen atom.
What is the chemical symbol [of|for] gold? = The chemical symbol for gold is Au. = It comes from the Latin word aurum.
What is the chemical symbol [of|for] iron? = The chemical symbol for iron is Fe. = It comes from the Latin word ferrum.
What is the chemical symbol [of|for] oxygen? = The chemical symbol for oxygen is O. = Oxygen gas has the formula O2.
How fast is light?; What is the speed of light? = Light travels at about 300,000 kilometers per second in empty space. = Nothing can go faster.
How fast is sound?; What is the speed of sound? = Sound travels at about 343 meters per second in air at room temperature. = It travels faster in water.
How long does sunlight take to reach [Earth|the Earth]? = Sunlight takes about eight minutes to reach Earth. = The distance is about 150 million kilometers.
What is the opposite of hot? = The opposite of hot is cold. = Words with opposite meanings are called antonyms.
In which direction does the sun rise?; Where does the sun rise? = The sun rises in the east. = It sets in the west.
In which direction does the sun set?; Where does the sun set? = The sun sets in the west. = It rises in the east.
How many players are on a [football|soccer] team? = A soccer team has eleven players on the field. = One of them is the goalkeeper.
How many players are on a basketball team? = A basketball team has five players on the court. = Other players wait on the bench.
How many strings does a guitar have? = A guitar usually has six strings. = A bass guitar usually has four.
How many strings does a violin have? = A violin has four strings. = They are tuned to G, D, A, and E.
How many keys does a piano have? = Most pianos have 88 keys. = 52 of them are white and 36 are black.
How many squares are on a chessboard?; How many squares does a chessboard have? = A chessboard has 64 squares. = They lie in eight rows of eight.
What are the four seasons?; Name the four seasons. = The four seasons are spring, summer, autumn, and winter. = Autumn is also called fall.
What are the four directions?; What are the points of the compass? = The four main directions are north, east, south, and west. = A compass needle points toward north.
What is a leap year?; How often is there a leap year? = A leap year has 366 days and usually comes every four years. = The extra day is 29 February.
What is the first month of the year? = January is the first month of the year. = It has 31 days.
What is the last month of the year? = December is the last month of the year. = It has 31 days.
Which month is the shortest?; What is the shortest month? = February is the shortest month, with 28 or 29 days. = It has 29 days in a leap year.
Which months have 30 days? = April, June, September, and November have 30 days. = February has 28 or 29 days, and all the others have 31.
Which days are the weekend?; What days are on the weekend? = In many countries the weekend is Saturday and Sunday. = The other five days are called weekdays.
What are the days of the week?; Name the days of the week [|in order]. = The days of the week are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, and Sunday. = Saturday and Sunday are the weekend in many countries.
What are the months of the year?; Name the months of the year [|in order]. = The months are January, February, March, April, May, June, July, August, September, October, November, and December. = Seven of them have 31 days.
What is the capital of South Africa? = South Africa has three capitals: Pretoria, Cape Town, and Bloemfontein. = Pretoria is the seat of the government.
What is the currency of Japan called? = The currency of Japan is the yen. = Its sign looks like a Y with two lines.
Who was the first person on the [moon|Moon]? = Neil Armstrong was the first person on the Moon. = He stepped onto it on 20 July 1969.
How many bits are in 4 bytes? = There are 32 bits in 4 bytes. = Each byte has eight bits.
How many values can one byte hold?; How many different values can a byte have? = A byte can hold 256 different values. = It has eight bits, and 2 to the power of 8 is 256.
How many values can an int4 number have? = An int4 number can have 16 different values. = Four bits give 2 to the power of 4 combinations.
What is 1 in binary?; How do you write one in binary? = One in binary is 1. = Two is written as 10.
What is 5 in binary?; How do you write five in binary? = Five in binary is 101. = It stands for 4 plus 1.
What is 10 in hexadecimal?; How do you write ten in hexadecimal? = Ten in hexadecimal is A. = Eleven is B, and fifteen is F.
What is 255 in hexadecimal? = 255 in hexadecimal is FF. = It is the largest value of one byte.
Which port does HTTP use?; What is the default port of HTTP? = HTTP uses port 80 by default. = HTTPS uses port 443.
Which port does HTTPS use?; What is the default port of HTTPS? = HTTPS uses port 443 by default. = HTTP uses port 80.
Which port does SSH use?; What is the default port of SSH? = SSH uses port 22 by default. = The port can be changed in the settings.
What does HTTP status 404 mean?; What does error 404 mean? = Status 404 means that the server could not find the page. = Check the address for mistakes.
What does HTTP status 200 mean? = Status 200 means that the request was successful. = The server sends the result with it.
What does HTTP status 429 mean? = Status 429 means that the client has sent too many requests. = Wait a moment before you try again.
What does HTTP status 500 mean? = Status 500 means that the server had an internal error. = The cause is usually described in the log of the server.
What does HTTP status 401 mean? = Status 401 means that valid login data is missing. = Check the API key or the password.
What is the difference between an FPGA and a GPU?; FPGA or GPU, what is the difference? = A GPU has fixed cores that run programs, while an FPGA can be rewired into a custom circuit. = A GPU often has more raw speed, and an FPGA can have lower latency.
What is the difference between an FPGA and an ASIC? = An FPGA can be changed after it is made, while an ASIC is fixed. = An ASIC is usually faster and uses less power.
What is the difference between a CPU and a GPU?; CPU versus GPU? = A CPU has a few fast cores for many kinds of work, while a GPU has many small cores for parallel work. = That is why GPUs are good for graphics and neural networks.
What is the difference between prefill and decode? = Prefill reads the whole prompt in parallel, while decode writes one token at a time. = Prefill is often limited by computing and decode by memory bandwidth.
What is the difference between latency and throughput? = Latency is how long one request takes, while throughput is how much work is done per second. = A system can be good at one and poor at the other.
What is the difference between training and inference? = Training changes the weights of a model, while inference only uses them. = Training needs much more computing.
What is the difference between BRAM and URAM? = BRAM blocks are small and flexible, while URAM blocks are larger. = In many AMD chips one BRAM holds 36 kilobits and one URAM holds 288 kilobits.
What is the difference between DDR4 and HBM? = DDR4 gives a lot of space at a low price, while HBM gives much more bandwidth. = HBM is stacked next to the processor in the same package.
What is the difference between Verilog and VHDL? = Both describe hardware, but Verilog has a short syntax like C, and VHDL is stricter about types. = FPGA tools support both.
What is the difference between AXI-Lite and AXI-Stream? = AXI-Lite reads and writes registers by address, while AXI-Stream carries a flow of data without addresses. = Many kernels use both.
What is the difference between top-k and top-p? = Top-k keeps a fixed number of tokens, while top-p keeps enough tokens to reach a total probability. = Both remove unlikely tokens.
What is the difference between int4 and int8? = Int4 uses four bits for each value, while int8 uses eight. = Int4 saves more memory, and int8 is more exact.
What is the difference between a compiler and an interpreter? = A compiler translates the whole program first, while an interpreter runs it step by step. = Compiled programs are usually faster.
What is the difference between a stack and a queue? = A stack removes the newest item first, while a queue removes the oldest item first. = Both are simple data structures.
What is the difference between TCP and UDP? = TCP makes sure that all data arrives in order, while UDP only sends packets. = UDP is simpler and can be faster.
What is the difference between HTTP and HTTPS? = HTTPS is HTTP with encryption. = With HTTPS others cannot read the data on the way.
What is the difference between a list and a tuple in Python? = A list can be changed, while a tuple cannot be changed after it is made. = Lists use square brackets, and tuples use parentheses.
What is the difference between weather and climate? = Weather is what happens today, while climate is the usual weather over many years. = Climate changes slowly.
What is the difference between a planet and a star? = A star makes its own light, while a planet only reflects light. = The Sun is a star, and Earth is a planet.
What is the difference between a frog and a toad? = Frogs usually have smooth, wet skin, while toads have dry, bumpy skin. = Both are amphibians.
Why do we have seasons?; What causes the seasons? = We have seasons because the axis of the Earth is tilted. = Each half of the Earth gets more sunlight for part of the year.
Why do we have day and night?; What causes day and night? = We have day and night because the Earth turns around its axis. = One turn takes about 24 hours.
Why do leaves change [color|colour] in autumn? = Leaves change color because the green chlorophyll breaks down. = Then yellow, orange, and red become visible.
Why does ice float? = Ice floats because it is less dense than liquid water. = Water expands when it freezes.
Why is the sea salty?; Why is the ocean salty? = The sea is salty because rivers carry dissolved minerals into it. = The water evaporates, but the salt stays.
Why do we need sleep?; Why is sleep important? = We need sleep so that the body and the brain can rest and recover. = It also helps memory and mood.
Why do cats purr? = Cats often purr when they are relaxed and happy. = They may also purr to calm themselves.
Why do birds migrate?; Why do birds fly south? = Many birds migrate to find food and warmer weather in winter. = They come back in spring to raise their young.
How do airplanes fly?; Why can airplanes fly? = Airplanes fly because their wings push air down and this lifts the plane. = The engines push the plane forward.
How does a magnet work?; What does a magnet do? = A magnet pulls iron and some other metals with its magnetic field. = Every magnet has a north pole and a south pole.
How do bees make honey? = Bees make honey from nectar that they collect from flowers. = They add enzymes and let the water dry in the comb.
How is glass made? = Glass is made by melting sand with soda and lime. = The hot glass is shaped and then cooled slowly.
How is paper made? = Paper is made from wood fibers that are mixed with water, pressed, and dried. = Old paper can be used again.
How is steel made? = Steel is made from iron with a small amount of carbon. = Other metals can be added to make it stronger.
"""
# singular | plural | members
LISTS = r"""
programming language | programming languages | Python, Java, C, C++, Rust, Go, JavaScript, Ruby, Swift, Kotlin, Haskell, Julia
planet | planets | Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune
animal | animals | dog, cat, lion, elephant, horse, rabbit, wolf, giraffe, bear, fox, tiger, cow
farm animal | farm animals | cow, pig, sheep, goat, horse, chicken, duck, goose, donkey, turkey
wild animal | wild animals | lion, tiger, wolf, bear, fox, elephant, zebra, giraffe, deer, rhino
pet | pets | dog, cat, hamster, rabbit, goldfish, parrot, guinea pig, mouse, turtle, canary
bird | birds | eagle, owl, sparrow, penguin, parrot, duck, swan, crow, pigeon, robin, hawk
fish | kinds of fish | salmon, tuna, cod, trout, herring, carp, goldfish, sardine, pike, mackerel
insect | insects | bee, ant, butterfly, fly, mosquito, beetle, grasshopper, dragonfly, wasp, ladybug, moth
sea animal | sea animals | whale, dolphin, shark, octopus, crab, seal, jellyfish, lobster, squid, starfish
reptile | reptiles | snake, lizard, crocodile, turtle, tortoise, gecko, chameleon, iguana, alligator, cobra
mammal | mammals | dog, whale, bat, horse, mouse, dolphin, elephant, lion, monkey, bear, rabbit
fruit | fruits | apple, banana, orange, pear, grape, mango, cherry, peach, plum, kiwi, lemon, strawberry
vegetable | vegetables | carrot, potato, onion, broccoli, spinach, cabbage, pea, cucumber, celery, lettuce, cauliflower
drink | drinks | water, tea, coffee, milk, orange juice, lemonade, apple juice, cocoa, tomato juice, mineral water
dessert | desserts | cake, ice cream, pie, pudding, cookie, brownie, muffin, pancake, cheesecake, chocolate mousse
spice | spices | pepper, cinnamon, ginger, paprika, saffron, nutmeg, cumin, turmeric, cloves, vanilla
color; colour | colors; colours | red, blue, green, yellow, orange, purple, pink, brown, black, white, gray
shape | shapes | circle, square, triangle, rectangle, pentagon, hexagon, octagon, oval, rhombus, trapezoid
country | countries | France, Brazil, Japan, Canada, Egypt, India, Kenya, Spain, Mexico, Norway, Thailand, Peru
European country | European countries | France, Germany, Italy, Spain, Poland, Greece, Sweden, Norway, Portugal, Austria, Ireland
African country | African countries | Egypt, Kenya, Nigeria, Ghana, Morocco, Ethiopia, Senegal, Uganda, Angola, Tunisia
Asian country | Asian countries | Japan, China, India, Thailand, Vietnam, Nepal, Indonesia, Malaysia, South Korea, Mongolia
South American country | South American countries | Brazil, Argentina, Chile, Peru, Colombia, Ecuador, Uruguay, Paraguay, Venezuela, Guyana
capital city | capital cities | Paris, London, Rome, Madrid, Berlin, Tokyo, Ottawa, Cairo, Lima, Oslo, Vienna
city in the United States | cities in the United States | New York, Chicago, Boston, Seattle, Houston, Denver, Miami, Dallas, Atlanta, Phoenix
river | rivers | the Nile, the Amazon, the Danube, the Rhine, the Thames, the Mississippi, the Ganges, the Volga, the Seine, the Yangtze
mountain | mountains | Mount Everest, Mont Blanc, Mount Fuji, K2, Mount Kilimanjaro, Denali, the Matterhorn, Mount Elbrus, Mount Etna, Aconcagua
continent | continents | Africa, Asia, Europe, North America, South America, Antarctica, Australia
ocean | oceans | the Pacific Ocean, the Atlantic Ocean, the Indian Ocean, the Arctic Ocean, the Southern Ocean
sport | sports | soccer, tennis, basketball, swimming, volleyball, golf, skiing, boxing, rowing, judo, baseball
team sport | team sports | soccer, basketball, volleyball, rugby, ice hockey, baseball, cricket, handball, water polo, softball
winter sport | winter sports | skiing, snowboarding, ice hockey, ice skating, curling, bobsled, luge, biathlon, ski jumping, speed skating
musical instrument | musical instruments | piano, guitar, violin, flute, drum, trumpet, cello, harp, clarinet, saxophone, trombone
style of music | styles of music | jazz, rock, pop, blues, classical music, hip hop, reggae, country, folk, soul
job | jobs | teacher, doctor, nurse, engineer, baker, pilot, farmer, lawyer, cook, programmer, firefighter
hobby | hobbies | reading, painting, gardening, cooking, hiking, photography, knitting, fishing, dancing, cycling
flower | flowers | rose, tulip, daisy, sunflower, lily, orchid, violet, poppy, daffodil, iris, carnation
tree | kinds of trees | oak, pine, birch, maple, willow, palm, beech, ash, fir, cedar, elm
metal | metals | iron, copper, gold, silver, aluminum, tin, zinc, lead, nickel, titanium
material | materials | wood, glass, steel, plastic, paper, cotton, leather, rubber, concrete, wool
chemical element | chemical elements | hydrogen, helium, oxygen, carbon, nitrogen, iron, gold, silver, sodium, calcium
body part | body parts | head, arm, leg, hand, foot, knee, elbow, shoulder, back, nose, ear
organ | organs of the body | heart, brain, liver, stomach, lungs, kidneys, skin, bladder, pancreas, spleen
piece of clothing | pieces of clothing | shirt, jacket, hat, scarf, sock, skirt, dress, coat, sweater, glove
piece of furniture | pieces of furniture | table, chair, bed, sofa, desk, shelf, wardrobe, cupboard, stool, bench
kitchen tool | kitchen tools | knife, spoon, pan, whisk, grater, ladle, peeler, pot, spatula, rolling pin
tool | tools | hammer, saw, screwdriver, wrench, drill, pliers, ruler, axe, chisel, file
vehicle | vehicles | car, bus, train, bicycle, truck, airplane, boat, motorcycle, tram, helicopter
day of the week | days of the week | Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday
month | months | January, February, March, April, May, June, July, August, September, October, November, December
kind of weather | kinds of weather | rain, snow, fog, hail, wind, sunshine, frost, thunderstorm, drizzle, sleet
school subject | school subjects | math, history, biology, art, music, geography, physics, chemistry, English, computer science
language | languages | English, Spanish, French, German, Chinese, Arabic, Hindi, Russian, Japanese, Portuguese, Italian
famous scientist | famous scientists | Albert Einstein, Isaac Newton, Marie Curie, Charles Darwin, Galileo Galilei, Michael Faraday, Louis Pasteur, Johannes Kepler, Gregor Mendel, Alan Turing
famous painter | famous painters | Leonardo da Vinci, Vincent van Gogh, Pablo Picasso, Claude Monet, Rembrandt, Michelangelo, Frida Kahlo, Raphael, Johannes Vermeer, Edvard Munch
famous composer | famous composers | Mozart, Beethoven, Bach, Vivaldi, Chopin, Schubert, Haydn, Brahms, Handel, Tchaikovsky
famous writer | famous writers | William Shakespeare, Jane Austen, Charles Dickens, Mark Twain, Leo Tolstoy, Miguel de Cervantes, Homer, Victor Hugo, Johann Wolfgang von Goethe, Franz Kafka
operating system | operating systems | Linux, Windows, macOS, Android, iOS, FreeBSD, Unix, ChromeOS, OpenBSD, Solaris
data structure | data structures | array, list, stack, queue, tree, graph, hash table, set, heap, linked list
sorting algorithm | sorting algorithms | quicksort, merge sort, bubble sort, insertion sort, heap sort, selection sort, radix sort, counting sort, shell sort, bucket sort
file format | file formats | PDF, CSV, JSON, XML, PNG, JPEG, MP3, ZIP, HTML, YAML
network protocol | network protocols | HTTP, HTTPS, TCP, UDP, FTP, SSH, DNS, SMTP, IMAP, DHCP
computer part | computer parts | CPU, memory, motherboard, keyboard, monitor, mouse, power supply, hard disk, graphics card, fan
part of an FPGA | parts of an FPGA | lookup tables, flip-flops, block RAM, DSP slices, I/O pins, clock networks, routing switches, carry chains, PLLs, configuration memory
hardware description tool | FPGA tools | Vivado, Vitis, Quartus, Yosys, nextpnr, Verilator, cocotb, ModelSim, GTKWave, Icarus Verilog
logic gate | logic gates | AND, OR, NOT, NAND, NOR, XOR, XNOR
sampling setting | settings for text generation | temperature, top-p, top-k, max tokens, stop sequences, seed, presence penalty, frequency penalty, min-p, repetition penalty
number format | number formats used in AI | int4, int8, FP8, FP16, bfloat16, FP32, int16, FP4, TF32, block floating point
use of FPGAs | uses of FPGAs | video processing, networking, AI inference, signal processing, radar, medical imaging, chip prototyping, robotics, finance, space systems
use of AI | uses of AI | translation, speech recognition, image search, chatbots, medical imaging, spam filtering, writing code, route planning, summarizing text, game playing
prime number | prime numbers | 2, 3, 5, 7, 11, 13, 17, 19, 23, 29
even number | even numbers | 2, 4, 6, 8, 10, 12, 14, 16, 18, 20
odd number | odd numbers | 1, 3, 5, 7, 9, 11, 13, 15, 17, 19
feeling | feelings | joy, sadness, anger, fear, surprise, love, pride, hope, shame, curiosity
healthy habit | healthy habits | sleeping enough, drinking water, walking every day, eating vegetables, stretching, washing your hands, brushing your teeth, taking breaks, spending time outside, eating less sugar
way to save energy | ways to save energy | switching off lights, using LED lamps, closing windows in winter, washing clothes in cold water, drying clothes in the air, unplugging chargers, cycling to work, taking short showers, cooking with a lid, lowering the heating
thing in a classroom | things in a classroom | desk, chair, board, book, pen, pencil, ruler, map, clock, eraser
thing in an office | things in an office | desk, computer, printer, chair, phone, stapler, folder, lamp, calendar, notebook
currency | currencies | the euro, the US dollar, the yen, the pound sterling, the Swiss franc, the rupee, the peso, the krona, the baht, the real
board game | board games | chess, checkers, Monopoly, Scrabble, Go, backgammon, Risk, Clue, Catan, Ludo
fairy tale | fairy tales | Cinderella, Snow White, Little Red Riding Hood, Hansel and Gretel, Rapunzel, Sleeping Beauty, The Frog Prince, The Ugly Duckling, Rumpelstiltskin, The Little Mermaid
dog breed | dog breeds | poodle, beagle, bulldog, boxer, collie, dachshund, dalmatian, husky, golden retriever, terrier
"""
FUTURE_START = r"""
The future of AI is likely to be [shaped by many small steps|a mix of progress and careful work|built on faster chips and better data|closer to daily life than many people expect]
The future of AI is not [fixed|written yet|certain], but [some trends are clear|a few directions are easy to see|people can help to shape it]
The future of AI is [bright|open|full of promise] if people [use it with care|build it responsibly|keep learning how it works]
The future of AI is about [helping people do their work|smaller and faster models|systems that work together with people|tools that people can trust]
The future of AI is [in small devices as well as in large data centers|in the hands of the people who build and use it|both exciting and full of open questions]
The future of AI is [often described with big words|hard to predict], but [most changes will come step by step|useful tools already show the way]
The future of AI is being [built|shaped|tested] today [in laboratories, companies, and schools|by engineers, researchers, and everyday users]
"""
FUTURE_MID = r"""
[Models|Language models|Neural networks] will [become smaller|become more efficient|need less energy], so they can run on [phones|small boards|laptops|devices at home].
[Custom chips|FPGAs and other accelerators|New kinds of hardware] will [make answers faster|lower the cost of each answer|reduce the energy that models need].
[Assistants|Helpful assistants|Chat programs] may [help students learn|help doctors read images|help engineers test designs|help people write and plan].
[Better data|Careful testing|Clear rules] will [matter more than size alone|make systems safer|make results easier to trust].
People will still [check important facts|make the final decisions|set the goals], because [models can make mistakes|trust has to be earned|values cannot be computed].
[Open-source projects|Open models and tools|Free courses and tools] let [small teams|students|people in many countries] [take part|learn and build|try new ideas].
Many [jobs|tasks] will change, and [new skills|training and education] will be needed.
Models that use [tools|search|calculators and databases] can [give more exact answers|work with fresh information|solve longer tasks].
[Privacy|Safety|Fairness] will [stay important|need attention|be a central question], especially [in schools and hospitals|when personal data is used].
[Robots|Sensors and robots|Smart machines] may [do dangerous work|help on farms|care for machines and buildings] while people [watch over them|guide them].
[Science|Medicine|Climate research] could [move faster|gain new tools|find patterns in large amounts of data] with the help of AI.
Quantization and [better memory|fast on-chip memory|high bandwidth memory] will let [larger models fit in less space|models answer with less delay|small chips do more].
"""
FUTURE_END = r"""
In the end, [people decide how AI is used|the best systems will be those that help people|good results depend on careful work].
The most useful systems will be [honest about what they do not know|simple, fast, and reliable|those that people understand].
What matters most is that [AI serves people|people keep control|many people benefit].
Step by step, [AI will become a normal tool like the calculator|these tools will become part of everyday work].
Nobody knows every detail, but [learning about AI today is a good start|steady work will bring steady progress].
"""
